package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.ModelPresets;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterLayoutTest {

  private static final ModalitySpec PIXELS =
      spec("rgb@64", new TokenSpace.Pixels(8, ChannelStatistics.IMAGENET));
  private static final ModalitySpec CLASSES = spec("semseg@64", new TokenSpace.ClassPatches(8, 40));

  @Test
  void targetsWithoutVocabularyAndInputsOfClasses_areRefusedTogetherByA4mModel() {
    assertThatThrownBy(
            () -> ParameterLayout.of(ModelPresets.get("scenes_small"), List.of(PIXELS, CLASSES)))
        .hasMessageContaining("modality rgb@64 is a target without a vocabulary")
        .hasMessageContaining("Take ROLE_TARGET from its roles and predict tok_rgb@64")
        .hasMessageContaining("modality semseg@64 holds patches of classes")
        .hasMessageContaining("modality semseg@64 is a target without a vocabulary");
  }

  @Test
  void pixelTarget_doesNotTroubleAModelWithoutDecoder() {
    assertThat(
            ParameterLayout.of(
                    ModelPresets.get("scenes_small").toBuilder().decoderDepth(0).build(),
                    List.of(PIXELS))
                .contains("encoder_embeddings.rgb@64.proj.weight"))
        .isTrue();
  }

  private static ModalitySpec spec(String name, TokenSpace space) {
    return new ModalitySpec(
        new ModalityName(name), space, new TokenLayout.Grid(8, 8), EnumSet.allOf(Role.class));
  }
}
