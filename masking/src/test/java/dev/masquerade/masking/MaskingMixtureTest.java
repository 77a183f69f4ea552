package dev.masquerade.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MaskingMixtureTest {

  private static final ModalityName GRID = new ModalityName("grid");
  private static final ModalityName TEXT = new ModalityName("text");
  private static final TokenRange TEN = TokenRange.exactly(10);

  @Test
  void allConcentrationsZero_isRefusedNamingWhatToDo() {
    assertThatThrownBy(
            () ->
                new MaskingComponent(
                    Map.of(GRID, new ModalityShare(1, 0), TEXT, new ModalityShare(0.5, 0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("every target concentration is 0")
        .hasMessageContaining("Give at least one of")
        .hasMessageContaining("grid");
  }

  @Test
  void negativeConcentration_isRefused() {
    assertThatThrownBy(() -> new ModalityShare(-1, 0))
        .hasMessageContaining("input concentration")
        .hasMessageContaining("was -1.0");
    assertThatThrownBy(() -> new ModalityShare(0, Double.NaN))
        .hasMessageContaining("target concentration");
  }

  @Test
  void weightOfZero_isRefused() {
    assertThatThrownBy(() -> new MaskingComponent(0, Map.of(GRID, new ModalityShare(1, 1))))
        .hasMessageContaining("above 0, was 0.0");
  }

  @Test
  void emptyMixture_isRefused() {
    assertThatThrownBy(() -> new MaskingMixture(List.of(), TEN, TEN))
        .hasMessageContaining("no component");
  }

  @Test
  void reversedRange_isRefused() {
    assertThatThrownBy(() -> new TokenRange(5, 4)).hasMessageContaining("min 5 and max 4");
  }

  @Test
  void problems_areReportedTogether() {
    MaskingMixture mixture =
        new MaskingMixture(
            List.of(
                new MaskingComponent(Map.of(new ModalityName("dept"), new ModalityShare(1, 1)))),
            TokenRange.upTo(64),
            TEN,
            Map.of(GRID, new TokenRange(0, 99)));
    List<ModalitySpec> run =
        List.of(
            GoldenModalities.grid("grid", 16),
            GoldenModalities.sequence(
                "text", 64, new SpanMarks(0, 3, 4, 20), TokenLayout.Unit.TOKEN));

    assertThat(mixture.problems(run))
        .anySatisfy(problem -> assertThat(problem).contains("names dept").contains("[grid, text]"))
        .anySatisfy(problem -> assertThat(problem).contains("99 tokens of grid"))
        .anySatisfy(problem -> assertThat(problem).contains("text has 20 sentinels").contains("34"))
        .anySatisfy(problem -> assertThat(problem).contains("no modality that can be an input"))
        .anySatisfy(problem -> assertThat(problem).contains("no modality that can be a target"))
        .hasSize(5);
    assertThatThrownBy(() -> mixture.policy(run)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void transferOfOneModalityToItself_isRefused() {
    assertThatThrownBy(() -> new TransferMasking(Set.of(GRID), Set.of(GRID, TEXT)))
        .hasMessageContaining("both sides");
  }

  @Test
  void transferToAModalityThatCannotBePredicted_isReported() {
    TransferMasking transfer =
        new TransferMasking(Set.of(GRID), Set.of(new ModalityName("vectors")));
    List<ModalitySpec> run =
        List.of(GoldenModalities.grid("grid", 4), GoldenModalities.vectors("vectors", 3, 2));
    assertThat(transfer.problems(run))
        .containsExactly("vectors cannot be a target, but transfer masking names it as one");
  }
}
