package dev.masquerade.model.weights.released;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.TensorContent;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.released.RecognisedWeights.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecognisedWeightsTest {

  @TempDir Path directory;

  private final List<TensorContent> tensors = new ArrayList<>();

  private void add(String name, long... shape) {
    List<Long> lengths = Arrays.stream(shape).boxed().toList();
    int elements = (int) lengths.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    tensors.add(TensorContent.floats(name, lengths, new float[elements]));
  }

  /** Adds an encoder whose matrices are left out but for what tells its dimensions. */
  private void encoder(String prefix, int width, int depth, int places) {
    add(prefix + "cls_token", 1, 1, width);
    add(prefix + "pos_embed", 1, 1 + places, width);
    add(prefix + "patch_embed.proj.weight", width, 3, 2, 2);
    for (int block = 0; block < depth; block++) {
      add(prefix + "blocks." + block + ".norm1.weight", width);
    }
  }

  private void decoder(String prefix) {
    add(prefix + "mask_token", 1, 1, 8);
    add(prefix + "decoder_blocks.0.norm1.weight", 8);
    add(prefix + "decoder_pred.weight", 12, 8);
  }

  private RecognisedWeights recognise(String name) throws IOException {
    Path file = directory.resolve(name);
    SafetensorsWriter.write(file, Map.of(), tensors);
    try (TensorSource source = TensorSource.open(file)) {
      return RecognisedWeights.of(source);
    }
  }

  @ParameterizedTest
  @CsvSource({"768, 12, base", "1024, 24, large", "1280, 32, huge"})
  void encoderOnly_isRefusedWithTheFilesThatWouldDo(int width, int depth, String size)
      throws Exception {
    encoder("model.", width, depth, 16);
    add("model.norm.weight", width);
    RecognisedWeights found = recognise("mae_pretrain_vit_" + size + ".pth");

    assertThat(found.kind()).isEqualTo(Kind.ENCODER);
    assertThat(found.hasDecoder()).isFalse();
    assertThatThrownBy(found::requireDecoder)
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("mae_pretrain_vit_" + size + ".pth: holds the encoder only")
        .hasMessageContaining(
            "mae_visualize_vit_"
                + size
                + ".pth or mae_pretrain_vit_"
                + size
                + "_full.pth would do");
  }

  @Test
  void encodersOfOtherSizes_areRefusedInGeneral() throws Exception {
    encoder("", 16, 2, 16);
    RecognisedWeights found = recognise("mine.safetensors");

    assertThat(found.prefix()).isEmpty();
    assertThatThrownBy(found::requireDecoder)
        .hasMessageContaining("A file saved during pre-training");
  }

  @ParameterizedTest
  @CsvSource({
    "mae_visualize_vit_large.pth, RAW",
    "mae_visualize_vit_large_ganloss.pth, RAW",
    "mae_pretrain_vit_base_full.pth, NORMALISED",
    "checkpoint-799.pth, UNKNOWN",
  })
  void whatTheDecoderPredicts_isToldFromTheName(String name, TargetPixels pixels) throws Exception {
    encoder("model.", 16, 2, 16);
    decoder("model.");
    RecognisedWeights found = recognise(name);

    assertThat(found.kind()).isEqualTo(Kind.AUTOENCODER);
    assertThat(found.pixels()).isEqualTo(pixels);
    assertThat(found.requireDecoder().decoderDepth()).isEqualTo(1);
    assertThat(found.decoderWidth()).isEqualTo(8);
    assertThat(found.predicted()).isEqualTo(12);
    assertThat(found.left()).isEmpty();
  }

  @Test
  void heads_areToldApartByTheirNorm() throws Exception {
    encoder("model.", 16, 2, 16);
    add("model.head.weight", 10, 16);
    add("model.norm.weight", 16);
    RecognisedWeights token = recognise("a.safetensors");
    tensors.remove(tensors.size() - 1);
    add("model.fc_norm.weight", 16);
    RecognisedWeights mean = recognise("b.safetensors");

    assertThat(token.kind()).isEqualTo(Kind.CLASSIFIER_OF_TOKEN);
    assertThat(mean.kind()).isEqualTo(Kind.CLASSIFIER_OF_MEAN);
    assertThat(mean.classes()).isEqualTo(10);
    assertThatThrownBy(mean::requireDecoder).hasMessageContaining("holds a classifier");
    assertThat(mean.describe()).contains("over the mean of all patches", "head: 10 classes");
  }

  @ParameterizedTest
  @CsvSource({"17, 0, 4, 1", "19, 2, 4, 3", "17, 2, 4, 1", "16, 2, 4, 0", "14, 0, 0, 1"})
  void tables_sayTheGridAndItsPrefix(int rows, int registers, int edge, int prefix)
      throws Exception {
    encoder("", 16, 1, rows - 1);
    if (registers > 0) {
      add("reg_token", 1, registers, 16);
    }
    RecognisedWeights.Encoder found = recognise("t.safetensors").encoder().orElseThrow();

    assertThat(found.rows()).isEqualTo(edge);
    assertThat(found.columns()).isEqualTo(edge);
    assertThat(found.prefixRows()).isEqualTo(prefix);
  }

  @Test
  void ofTwoCopies_theStudentIsTaken() throws Exception {
    encoder("ema.", 16, 1, 16);
    encoder("module.backbone.", 16, 2, 16);
    RecognisedWeights found = recognise("two.safetensors");

    assertThat(found.prefix()).isEqualTo("module.backbone.");
    assertThat(found.encoder().orElseThrow().depth()).isEqualTo(2);
    assertThat(found.left()).hasSize(4).allMatch(name -> name.startsWith("ema."));
  }

  @Test
  void otherTensors_areNoVisionTransformer() throws Exception {
    add("fc.weight", 3, 4);
    RecognisedWeights found = recognise("other.safetensors");

    assertThat(found.kind()).isEqualTo(Kind.OTHER);
    assertThatThrownBy(found::requireVisionTransformer)
        .hasMessageContaining("other.safetensors: holds no kind of weights that is known here");
  }
}
