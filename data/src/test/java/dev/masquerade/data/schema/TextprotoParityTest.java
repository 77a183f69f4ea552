package dev.masquerade.data.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import dev.masquerade.data.schema.ScalarReader.Strictness;
import dev.masquerade.proto.metric.v1.MetricLine;
import dev.masquerade.proto.run.v1.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is text format to protobuf is text format to us, with the same meaning. */
class TextprotoParityTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# only a comment",
        "name: \"a\" seed: 7",
        "name: 'single \"quoted\"'; seed: -3,",
        "name: \"joined\" ' from' \" parts\"",
        "name: \"tab\\tnewline\\nquote\\\"backslash\\\\ octal\\101 hex\\x42 unicode\\u00e9\"",
        "name: \"h\u00e9llo \u4f60\u597d\"",
        "name: \"utf8 bytes \\303\\251\"",
        "seed: 0x1F",
        "seed: 017",
        "seed: -0x10",
        "seed: 9223372036854775807",
        "seed: -9223372036854775808",
        "model { dim: 8 qk_norm: true biases: false registers: 0 }",
        "model < dim: 8 >",
        "model: { dim: 8 }",
        "model { qk_norm: t biases: f causal_decoder: True tie_embeddings: False"
            + " shared_drop_path: 1 separate_modalities: 0 }",
        "model { activation: ACTIVATION_SWIGLU learned_positions: [\"a\", 'b'] learned_positions:"
            + " \"c\" }",
        "model { learned_positions: [] }",
        "modalities { name: \"a\" roles: [ROLE_INPUT, ROLE_TARGET] }\nmodalities { name: \"b\" }",
        "modalities: [{ name: \"a\" }, < name: \"b\" >]",
        "modalities { options { key: \"k\" value: \"v\" } options { key: \"l\" } }",
        "optimiser { beta1: 0.9 beta2: .95 epsilon: 1e-8 weight_decay: 5 clip_norm: 1.5E+2 }",
        "optimiser { beta1: 1.5f beta2: 2F epsilon: -1 weight_decay: inf clip_norm: -inf }",
        "optimiser { beta1: infinity }",
        "train { epochs: 1. }",
        "train { steps: 5 } schedule { warm_up { tokens: 12 } peak_learning_rate: 1e-3 }",
        "output { directory: \"\" } # at the end"
      })
  void sameText_givesTheSameMessage(String text) throws Exception {
    Run.Builder ours = Run.newBuilder();
    Problems problems = new Problems();
    new MessageBinder(Strictness.TEXTPROTO)
        .bind(TextprotoParser.parse(text), ours, FieldProblems.of(problems, "text"));
    assertThat(problems.lines()).isEmpty();
    assertThat(ours.build()).isEqualTo(TextFormat.parse(text, Run.class));
  }

  @Test
  void numbersThatAreNoNumber_survive() throws Exception {
    String text = "values { key: \"loss\" value: nan }";
    MetricLine.Builder ours = MetricLine.newBuilder();
    new MessageBinder(Strictness.TEXTPROTO)
        .bind(TextprotoParser.parse(text), ours, FieldProblems.of(new Problems(), "text"));
    assertThat(ours.getValuesMap().get("loss")).isNaN();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "name:",
        "name \"a\"",
        "name: \"a",
        "name: \"a\nb\"",
        "model {",
        "model { dim: 8 >",
        "model }",
        "}",
        ": 5",
        "seed: [1",
        "modalities: [{ name: \"a\" } { name: \"b\" }]",
        "name: \"\\q\"",
        "name: \"\\x\"",
        "seed: $",
        "seed: -",
        "seed: - 5",
      })
  void whatIsNoTextFormat_isNoneForUsEither(String text) {
    assertThatThrownBy(() -> TextFormat.parse(text, Run.class)).isNotNull();
    assertThatThrownBy(() -> TextprotoParser.parse(text)).isInstanceOf(SyntaxException.class);
  }
}
