package dev.masquerade.data.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.pipeline.BadSamples;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.BadSampleException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberSamplesTest {

  @TempDir Path folder;

  @Test
  void equalSeeds_drawEqualSamplesOfTheWantedNumber() throws IOException {
    List<String> first = draw(30, 5);
    assertThat(first).hasSize(30).doesNotHaveDuplicates().isEqualTo(draw(30, 5));
    assertThat(draw(30, 6)).isNotEqualTo(first);
    assertThat(first).anyMatch(key -> key.startsWith("a")).anyMatch(key -> key.startsWith("b"));
  }

  @Test
  void limitBeyondTheSplit_takesAll() throws IOException {
    assertThat(draw(1000, 5)).hasSize(100);
  }

  @Test
  void memberThatCannotBeUsed_isCountedAndLeftOut() throws IOException {
    BadSamples bad = new BadSamples(1);
    try (OpenShards open = new OpenShards(ShardSources.files(), 2, false)) {
      int taken =
          samples(open)
              .visit(
                  100,
                  0,
                  bad,
                  (key, member) -> {
                    if (key.equals("a7")) {
                      throw new BadSampleException("spoilt");
                    }
                  });
      assertThat(taken).isEqualTo(99);
      assertThat(bad.count()).isEqualTo(1);
    }
  }

  private List<String> draw(int limit, long seed) throws IOException {
    List<String> keys = new ArrayList<>();
    try (OpenShards open = new OpenShards(ShardSources.files(), 2, false)) {
      int taken =
          samples(open).visit(limit, seed, new BadSamples(0), (key, member) -> keys.add(key));
      assertThat(taken).isEqualTo(keys.size());
    }
    return keys;
  }

  private MemberSamples samples(OpenShards open) throws IOException {
    Split split = new Split("train", List.of(shard("a", 60), shard("b", 40)));
    return new MemberSamples(split, MemberPattern.of("caption", List.of("txt")), open);
  }

  private ShardDeclaration shard(String name, int count) throws IOException {
    Path file = folder.resolve(name + ".tar");
    try (TarShardWriter tar = TarShardWriter.create(file)) {
      for (int i = 0; i < count; i++) {
        tar.add(name + i, Map.of("caption.txt", ("caption " + i).getBytes(UTF_8)));
      }
      tar.finish();
    }
    return new ShardDeclaration(name, List.of(ShardFile.of(file)), count);
  }
}
