package dev.masquerade.model.pack;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/*
 * The 4M reference embeds every token, concatenates modalities, sorts visible places to the front
 * with a stable order and gathers the first N. The order depends on ignore masks alone, so we apply
 * it to integers first and embed what is left; PackerTest holds that both give the same rows.
 *
 * Rules that follow the reference:
 *  - Encoder: modalities in batch order. Decoder: in decoder order, batch order unless set. The
 *    reference shuffles it at every pass; only truncation depends on it.
 *  - Sequences predict the next token: place p counts where p and p + 1 are both targets; its
 *    content is the id at p, its target the id at p + 1. Position: rank among targets; ranks of
 *    maxTokens and more use position 0.
 *  - Rows are cut to their limits, then trimmed to the longest row of the batch, which changes no
 *    result: nothing valid attends to padding.
 */
/** Packs masked batches. Safe for use by several threads. */
public final class Packer {

  private final List<ModalitySpec> modalities;
  private final int[] decoderOrder;
  private final PackLimits limits;
  private final ConcurrentLinkedQueue<PackedBatch> free = new ConcurrentLinkedQueue<>();

  /**
   * Creates a packer whose decoder order is the order of the modalities.
   *
   * @param modalities in the order of the batches' parts
   * @param limits largest packed rows
   */
  public Packer(List<ModalitySpec> modalities, PackLimits limits) {
    this(modalities, limits, null);
  }

  /**
   * Creates a packer.
   *
   * @param modalities in the order of the batches' parts
   * @param limits largest packed rows
   * @param decoderOrder names of all target modalities in the order in which the decoder gets them;
   *     null for the order of the modalities
   */
  public Packer(
      List<ModalitySpec> modalities, PackLimits limits, @Nullable List<String> decoderOrder) {
    this.modalities = List.copyOf(modalities);
    this.limits = limits;
    this.decoderOrder = decoderOrder == null ? targets() : ordered(decoderOrder);
  }

  private int[] targets() {
    int[] all = new int[modalities.size()];
    int count = 0;
    for (int m = 0; m < all.length; m++) {
      if (modalities.get(m).isTarget()) {
        all[count++] = m;
      }
    }
    return Arrays.copyOf(all, count);
  }

  private int[] ordered(List<String> names) {
    List<String> known = modalities.stream().map(spec -> spec.name().value()).toList();
    int[] order = names.stream().mapToInt(known::indexOf).toArray();
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    if (!Arrays.equals(sorted, targets())) {
      throw new IllegalArgumentException(
          "decoder order " + names + " must name each target modality of " + known + " once");
    }
    return order;
  }

  /**
   * Packs a batch, which can be given back to its pool as soon as this returns.
   *
   * @return buffers of this packer; close it after the step that used it
   */
  public PackedBatch pack(MaskedBatch batch) {
    if (batch.parts().size() != modalities.size()) {
      throw new IllegalArgumentException(
          "the batch holds "
              + batch.parts().size()
              + " modalities, the packer was made for "
              + modalities.size());
    }
    PackedBatch packed = free.poll();
    if (packed == null) {
      packed = new PackedBatch(this, newSide(inputs()), newSide(decoderOrder));
    }
    packed.rows = batch.rows();
    start(packed.encoder, batch.rows());
    start(packed.decoder, batch.rows());
    for (int row = 0; row < batch.rows(); row++) {
      selectEncoder(batch, row, packed.encoder);
      selectDecoder(batch, row, packed.decoder);
    }
    finish(packed.encoder, batch.rows());
    finish(packed.decoder, batch.rows());
    writeContents(batch, packed);
    IndexWriter.write(packed);
    return packed;
  }

  void giveBack(PackedBatch packed) {
    free.add(packed);
  }

  private int[] inputs() {
    int[] all = new int[modalities.size()];
    int count = 0;
    for (int m = 0; m < all.length; m++) {
      if (modalities.get(m).isInput()) {
        all[count++] = m;
      }
    }
    return Arrays.copyOf(all, count);
  }

  private PackedSide newSide(int[] order) {
    List<PackedPart> parts = new ArrayList<>();
    for (int m : order) {
      parts.add(new PackedPart(m, modalities.get(m)));
    }
    return new PackedSide(parts);
  }

  private static void start(PackedSide side, int rows) {
    side.parts().forEach(PackedPart::clear);
    if (side.valid.length < rows) {
      side.valid = new int[rows];
    }
    Arrays.fill(side.valid, 0);
  }

  private static void finish(PackedSide side, int rows) {
    side.length = 1;
    side.tokens = 0;
    for (int row = 0; row < rows; row++) {
      side.length = Math.max(side.length, side.valid[row]);
      side.tokens += side.valid[row];
    }
    side.padded = side.tokens < rows * side.length;
  }

  private void selectEncoder(MaskedBatch batch, int row, PackedSide side) {
    int slot = 0;
    for (PackedPart packed : side.parts()) {
      MaskedBatch.Part part = batch.parts().get(packed.modality());
      boolean grid = part.spec.layout() instanceof TokenLayout.Grid;
      int from = row * part.places;
      int rank = 0;
      for (int place = 0; place < part.places && slot < limits.encoderTokens(); place++) {
        if (part.encoderIgnored[from + place]) {
          continue;
        }
        int id = part.ids.length == 0 ? 0 : part.ids[from + place];
        packed.add(row, slot++, place, grid ? place : rank, id, 0, 0);
        rank++;
      }
    }
    side.valid[row] = slot;
  }

  private void selectDecoder(MaskedBatch batch, int row, PackedSide side) {
    int slot = 0;
    for (PackedPart packed : side.parts()) {
      MaskedBatch.Part part = batch.parts().get(packed.modality());
      slot =
          packed.ordered()
              ? selectSuccessors(part, row, packed, slot)
              : selectTargets(part, row, packed, slot);
    }
    side.valid[row] = slot;
  }

  private int selectTargets(MaskedBatch.Part part, int row, PackedPart packed, int firstSlot) {
    int slot = firstSlot;
    int from = row * part.places;
    for (int place = 0; place < part.places && slot < limits.decoderTokens(); place++) {
      if (!part.decoderIgnored[from + place]) {
        int at = from + place;
        int target = part.ids.length == 0 ? 0 : part.ids[at];
        packed.add(row, slot++, place, place, 0, target, part.decoderRun[at]);
      }
    }
    return slot;
  }

  private int selectSuccessors(MaskedBatch.Part part, int row, PackedPart packed, int firstSlot) {
    int slot = firstSlot;
    int from = row * part.places;
    int longest = part.spec.layout().maxTokens();
    int rank = 0;
    for (int place = 0; place + 1 < part.places && slot < limits.decoderTokens(); place++) {
      int at = from + place;
      if (part.decoderIgnored[at]) {
        continue;
      }
      if (!part.decoderIgnored[at + 1]) {
        int position = rank < longest ? rank : 0;
        packed.add(
            row, slot++, place, position, part.ids[at], part.ids[at + 1], part.decoderRun[at]);
      }
      rank++;
    }
    return slot;
  }

  private static void writeContents(MaskedBatch batch, PackedBatch packed) {
    long pixelBytes = 0;
    long vectorBytes = 0;
    List<PackedPart> parts = new ArrayList<>(packed.encoder.parts());
    parts.addAll(packed.decoder.parts());
    for (PackedPart part : parts) {
      long values = (long) part.count() * batch.parts().get(part.modality()).width;
      if (part.bytes()) {
        pixelBytes += values;
      } else if (!part.discrete()) {
        vectorBytes += values * Float.BYTES;
      }
    }
    ByteBuffer pixels = packed.pixels.startWriting(pixelBytes);
    ByteBuffer vectors = packed.vectors.startWriting(vectorBytes);
    FloatBuffer numbers = vectors.asFloatBuffer();
    for (PackedPart part : parts) {
      MaskedBatch.Part source = batch.parts().get(part.modality());
      if (part.bytes()) {
        part.contentOffset = pixels.position();
        for (int k = 0; k < part.count(); k++) {
          int token = part.row(k) * source.places + part.place(k);
          pixels.put(source.pixels, token * source.width, source.width);
        }
      } else if (!part.discrete()) {
        part.contentOffset = numbers.position();
        for (int k = 0; k < part.count(); k++) {
          int token = part.row(k) * source.places + part.place(k);
          numbers.put(source.vectors, token * source.width, source.width);
        }
      }
    }
    vectors.position(numbers.position() * Float.BYTES);
  }
}
