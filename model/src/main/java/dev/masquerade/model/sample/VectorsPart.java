package dev.masquerade.model.sample;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import java.util.Arrays;
import java.util.List;

/** A sequence of vectors of a {@link Canvas}, which can only be seen. */
final class VectorsPart implements CanvasPart {

  private final float[] values;
  private final boolean[] ignored;

  private VectorsPart(float[] values, boolean[] ignored) {
    this.values = values;
    this.ignored = ignored;
  }

  static VectorsPart seen(
      ModalitySpec spec,
      TokenLayout.Vectors layout,
      TokenizedModality.VectorTokens tokens,
      boolean[] ignored,
      List<String> remarks) {
    if (!(spec.space() instanceof TokenSpace.Continuous space) || tokens.width() != space.width()) {
      throw CanvasPart.unfit(spec, tokens);
    }
    int length = Math.min(tokens.length(), layout.maxTokens());
    if (length < tokens.length()) {
      remarks.add(SequencePart.cut(spec, tokens.length(), length));
    }
    return new VectorsPart(
        Arrays.copyOf(tokens.values(), length * tokens.width()), Arrays.copyOf(ignored, length));
  }

  @Override
  public boolean isSeen() {
    return true;
  }

  @Override
  public boolean isAsked() {
    return false;
  }

  @Override
  public boolean isKnown() {
    return true;
  }

  @Override
  public int[] ids() {
    throw new IllegalStateException("vectors have no ids");
  }

  @Override
  public void write(MaskedBatch.Part part, int row) {
    int from = row * part.places;
    System.arraycopy(values, 0, part.vectors, from * part.width, values.length);
    System.arraycopy(ignored, 0, part.encoderIgnored, from, ignored.length);
  }

  @Override
  public void writeEmpty(MaskedBatch.Part part, int row) {
    int from = row * part.places;
    Arrays.fill(part.vectors, from * part.width, (from + 1) * part.width, 0);
    part.encoderIgnored[from] = false;
  }
}
