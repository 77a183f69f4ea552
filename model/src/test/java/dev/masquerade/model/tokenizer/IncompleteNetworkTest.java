package dev.masquerade.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.SmallTokenizers;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that hold a part of a tokenizer. */
class IncompleteNetworkTest {

  private static final ModelDescription MODEL =
      SmallTokenizers.vq(SmallTokenizers.tokens(CodeDistance.EUCLIDEAN, 16, 4));

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"embed", "embed_avg", "cluster_size"})
  void withoutCodes_areRefusedWhenOpened(String tensor) throws IOException {
    String name = "quantize._codebook." + tensor;
    Path folder = SmallTokenizers.write(directory, MODEL, other -> !other.equals(name));
    NetworkCodecReader reader = new NetworkCodecReader(new TokenizerDevice());
    assertThatThrownBy(() -> reader.open(folder))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("in the model but not in the file")
        .hasMessageContaining(name);
  }

  @Test
  void withoutTables_areUsedLikeWholeOnes() throws IOException {
    Path whole = SmallTokenizers.write(directory.resolve("whole"), MODEL, name -> true);
    Path part =
        SmallTokenizers.write(
            directory.resolve("part"),
            MODEL,
            name -> !name.endsWith(".pos_emb") && !name.endsWith("initted"));
    Planes frame = new Planes(3, 8, 8, new float[192]);
    for (int i = 0; i < 192; i++) {
      frame.values()[i] = i / 192f;
    }
    TokenCodec known = new NetworkCodecReader(new TokenizerDevice()).open(whole);
    TokenCodec codec = new NetworkCodecReader(new TokenizerDevice()).open(part);
    int[] ids = codec.encode(frame);
    assertThat(ids).isEqualTo(known.encode(frame));
    assertThat(codec.decode(ids).values()).isEqualTo(known.decode(ids).values());
  }
}
