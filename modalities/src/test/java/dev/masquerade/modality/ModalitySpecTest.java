package dev.masquerade.modality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModalitySpecTest {

  private static final ModalityName NAME = new ModalityName("depth");
  private static final Set<Role> BOTH = EnumSet.allOf(Role.class);
  private static final TokenLayout GRID = new TokenLayout.Grid(4, 4);

  @Test
  void gridsOfAnyTokens_canBeTargets() {
    assertThat(
            new ModalitySpec(NAME, new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET), GRID, BOTH)
                .isTarget())
        .isTrue();
    assertThat(new ModalitySpec(NAME, new TokenSpace.Continuous(16), GRID, BOTH).isTarget())
        .isTrue();
    assertThat(new ModalitySpec(NAME, new TokenSpace.ClassPatches(4, 40), GRID, BOTH).isTarget())
        .isTrue();
  }

  @Test
  void vectorsOfVaryingNumber_cannotBeTargets() {
    assertThatThrownBy(
            () ->
                new ModalitySpec(
                    NAME, new TokenSpace.Continuous(16), new TokenLayout.Vectors(5), BOTH))
        .hasMessageContaining("depth is a sequence of vectors, so it cannot be a target");
  }

  @Test
  void classPatches_belongOnGrids() {
    TokenSpace classes = new TokenSpace.ClassPatches(4, 40);
    assertThatThrownBy(
            () -> new ModalitySpec(NAME, classes, new TokenLayout.Vectors(5), Set.of(Role.INPUT)))
        .hasMessageContaining("must be continuous");
    TokenLayout sequence =
        new TokenLayout.Sequence(5, new SpanMarks(0, 1, 2, 10), TokenLayout.Unit.TOKEN);
    assertThatThrownBy(() -> new ModalitySpec(NAME, classes, sequence, BOTH))
        .hasMessageContaining("must be discrete");
  }

  @Test
  void classPatch_isAsWideAsItsPixels() {
    assertThat(new TokenSpace.ClassPatches(4, 255).width()).isEqualTo(16);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 256})
  void classesThatAByteCannotName_areRefused(int classes) {
    assertThatThrownBy(() -> new TokenSpace.ClassPatches(4, classes))
        .hasMessageContaining("[1, 255]")
        .hasMessageContaining("was " + classes);
  }
}
