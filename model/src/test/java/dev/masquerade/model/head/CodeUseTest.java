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
}
