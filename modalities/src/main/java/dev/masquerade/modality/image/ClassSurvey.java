package dev.masquerade.modality.image;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.MemberSurvey;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.TokenSpace;

/** Finds the largest class of all maps: there is one class more than that. */
final class ClassSurvey implements MemberSurvey {

  private final ImageDecoder decoder = new ImageDecoder(ModalitySettings.DEFAULT_PIXEL_LIMIT);
  private int classes;

  @Override
  public boolean look(byte[] bytes, String extension) throws BadSampleException {
    for (char id : decoder.numbers(bytes).samples()) {
      if (id != TokenSpace.ClassPatches.NO_CLASS) {
        classes = Math.max(classes, id + 1);
      }
    }
    return true;
  }

  @Override
  public ModalitySettings complete(ModalitySettings declared) {
    return declared.withVocabularySize(classes);
  }
}
