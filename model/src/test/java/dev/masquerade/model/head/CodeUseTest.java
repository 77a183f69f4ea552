package dev.masquerade.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CodeUseTest {

  @Test
  void evenChoices_areAsPerplexingAsTheirNumber() {
    CodeUse use =
        CodeUse.of(16, new int[] {3, 5, 7, 9}).plus(CodeUse.of(16, new int[] {3, 5, 7, 9}));

    assertThat(use.used()).isEqualTo(4);
    assertThat(use.share()).isEqualTo(0.25);
    assertThat(use.perplexity()).isCloseTo(4, within(1e-12));
  }

  @Test
  void oneCodeAlone_isNotPerplexing() {
    assertThat(CodeUse.of(8, new int[] {2, 2, 2}).perplexity()).isEqualTo(1);
    assertThat(CodeUse.of(8, new int[0]).perplexity()).isEqualTo(1);
  }

  @Test
  void countsOfOtherCodebooks_areRefused() {
    assertThatThrownBy(() -> CodeUse.of(8, new int[0]).plus(CodeUse.of(9, new int[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 and of 9 codes");
  }

  @Test
  void codebooks_areCountedEachByItself() {
    CodeUse frame = CodeUse.ofFrame(4, 2, new int[] {0, 0, 0, 0, 0, 1, 2, 3});
    CodeUse places = CodeUse.ofPlaces(4, 2, new long[] {0, 0, 0, 1, 0, 2, 0, 3});

    for (CodeUse use : new CodeUse[] {frame, places, frame.plus(places)}) {
      assertThat(use.used()).isEqualTo(5);
      assertThat(use.share()).isEqualTo((0.25 + 1) / 2);
      assertThat(use.perplexity()).isCloseTo((1 + 4) / 2.0, within(1e-12));
    }
    assertThatThrownBy(() -> frame.plus(CodeUse.of(4, new int[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 x 4 and of 4 codes");
  }
}
