package dev.masquerade.model.sample;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
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
