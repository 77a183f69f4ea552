package dev.masquerade.model.sample;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the model is given: some canvases, once per pass, the rows of a pass side by side. */
final class PassBatch {

  private final MaskedBatch batch;
  private final Packer packer;
  private int canvases;
  private int passes;

  /**
   * Allocates rows.
   *
   * @param capacity largest number of canvases times passes
   */
  PassBatch(List<ModalitySpec> modalities, int capacity) {
    batch = MaskedBatch.allocate(modalities, capacity);
    packer = new Packer(modalities, PackLimits.NONE);
  }

  /** Writes canvases as they are, with nothing to predict. */
  void fill(List<Canvas> rows, List<Pass> all) {
    batch.clear();
    canvases = rows.size();
    passes = all.size();
    for (Pass pass : all) {
      for (Canvas canvas : rows) {
        canvas.write(batch, batch.addRow(""), pass);
      }
    }
  }

  /**
   * Writes canvases as they are, and those rows only once that would be equal: samples of the same
   * conditions, or passes without any.
   *
   * @return for every row, pass after pass, the one it equals
   */
  int[] fillDistinct(List<Canvas> rows, List<Pass> all) {
    fill(rows, all);
    int[] same = new int[batch.rows()];
    List<Integer> distinct = new ArrayList<>();
    for (int row = 0; row < same.length; row++) {
      int found = 0;
      while (found < distinct.size() && !equal(distinct.get(found), row)) {
        found++;
      }
      if (found == distinct.size()) {
        distinct.add(row);
      }
      same[row] = found;
    }
    batch.clear();
    for (int row : distinct) {
      Pass pass = all.get(row / canvases);
      rows.get(row % canvases).write(batch, batch.addRow(""), pass);
    }
    return same;
  }

  private boolean equal(int one, int other) {
    for (MaskedBatch.Part part : batch.parts()) {
      int width = part.width;
      int a = one * part.places;
      int b = other * part.places;
      for (int place = 0; place < part.places; place++, a++, b++) {
        if (part.encoderIgnored[a] != part.encoderIgnored[b]) {
          return false;
        }
        if (part.encoderIgnored[a]) {
          continue;
        }
        boolean alike =
            part.ids.length > 0
                ? part.ids[a] == part.ids[b]
                : part.pixels.length > 0
                    ? Arrays.equals(
                        part.pixels,
                        a * width,
                        (a + 1) * width,
                        part.pixels,
                        b * width,
                        (b + 1) * width)
                    : Arrays.equals(
                        part.vectors,
                        a * width,
                        (a + 1) * width,
                        part.vectors,
                        b * width,
                        (b + 1) * width);
        if (!alike) {
          return false;
        }
      }
    }
    return true;
  }

  /** Marks places of a grid as to be predicted, or as not, in every pass of a canvas. */
  void ask(ModalityName target, int canvas, int[] places, boolean asked) {
    MaskedBatch.Part part = part(target);
    for (int pass = 0; pass < passes; pass++) {
      int from = (pass * canvases + canvas) * part.places;
      for (int place : places) {
        part.decoderIgnored[from + place] = !asked;
      }
    }
  }

  /** Lets every pass of a canvas see a token. */
  void settle(ModalityName target, int canvas, int place, int id) {
    MaskedBatch.Part part = part(target);
    for (int pass = 0; pass < passes; pass++) {
      int at = (pass * canvases + canvas) * part.places + place;
      part.ids[at] = id;
      part.encoderIgnored[at] = false;
    }
  }

  /** Packs what is there; the caller closes it. */
  PackedBatch pack() {
    return packer.pack(batch);
  }

  private MaskedBatch.Part part(ModalityName target) {
    for (MaskedBatch.Part part : batch.parts()) {
      if (part.spec.name().equals(target)) {
        return part;
      }
    }
    throw new IllegalArgumentException(target + " is not a modality of this batch");
  }
}
