package dev.masquerade.modality.sequence;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.MemberSurvey;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.code.NpyArray;
import dev.masquerade.modality.code.NpzArchive;

/** Takes the width of vectors from the first array. */
final class VectorSurvey implements MemberSurvey {

  private int width;

  @Override
  public boolean look(byte[] bytes, String extension) throws BadSampleException {
    NpyArray vectors =
        extension.equals("npz") ? NpzArchive.read(bytes).array("emb") : NpyArray.read(bytes);
    width = vectors.rank() < 2 ? 0 : vectors.dimension(vectors.rank() - 1);
    return width == 0;
  }

  @Override
  public ModalitySettings complete(ModalitySettings declared) {
    return width == 0 ? declared : declared.withWidth(width);
  }
}
