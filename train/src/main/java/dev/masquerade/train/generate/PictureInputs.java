package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.code.FrameContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The inputs that a model is shown pictures through. */
public final class PictureInputs {

  private PictureInputs() {}

  /**
   * Returns them, the best first: pixels of three colours, then tokens of colours, each in run
   * order. Normals have three channels too and are none.
   */
  public static List<ModalityName> of(ModelModalities modalities) {
    List<ModalityName> found = new ArrayList<>();
    for (ModalityName name : modalities.inputs()) {
      if (modalities.spec(name).space() instanceof TokenSpace.Pixels pixels
          && pixels.statistics().channels() == 3
          && !name.base().equals("normal")) {
        found.add(name);
      }
    }
    for (ModalityName name : modalities.inputs()) {
      Optional<FrameContent> meaning = modalities.find(name).flatMap(ContentDecoder::meaning);
      if (meaning.equals(Optional.of(FrameContent.COLOURS))) {
        found.add(name);
      }
    }
    return found;
  }
}
