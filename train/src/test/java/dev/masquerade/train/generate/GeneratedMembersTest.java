package dev.masquerade.train.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.modality.ModalityName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names of what is generated. */
class GeneratedMembersTest {

  private static final ModalityName SMALL = new ModalityName("tok_rgb@224");
  private static final ModalityName LARGE = new ModalityName("tok_rgb@448");
  private static final ModalityName DEPTH = new ModalityName("tok_depth@224");

  @Test
  void size_isNamedWhereBasesRepeat() {
    List<ModalityName> all = List.of(SMALL, DEPTH, LARGE);

    assertThat(GeneratedMembers.name(SMALL, all)).isEqualTo("generated_tok_rgb@224");
    assertThat(GeneratedMembers.name(LARGE, all)).isEqualTo("generated_tok_rgb@448");
    assertThat(GeneratedMembers.name(DEPTH, all)).isEqualTo("generated_tok_depth");
    assertThat(GeneratedMembers.name(SMALL, List.of(SMALL))).isEqualTo("generated_tok_rgb");
  }
}
