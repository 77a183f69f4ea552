package dev.masquerade.data.prepare;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.RawMember;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.modality.BadSampleException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at the first members that tokens are to be made of. Where all of them are refused alike, it
 * is the wrong tokenizer or the wrong member, and not some samples that are bad.
 */
final class TokenContentCheck {

  private static final int SAMPLES = 8;

  private final List<ShardDeclaration> all;
  private final List<TokenSource> sources;

  TokenContentCheck(DatasetManifest source, List<TokenSource> sources) {
    this.all = source.splits().stream().flatMap(split -> split.shards().stream()).toList();
    this.sources = sources;
  }

  /**
   * Looks at a few samples.
   *
   * @throws ConfigurationException naming every member whose content its tokenizer does not take
   */
  void require(OpenShards shards) throws IOException {
    List<String> problems = new ArrayList<>();
    for (TokenSource token : sources) {
      refusal(token, shards).ifPresent(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private Optional<String> refusal(TokenSource token, OpenShards shards) throws IOException {
    MemberPattern pattern = token.declared().pattern(token.tokenizer().extensions());
    Set<String> reasons = new LinkedHashSet<>();
    int looked = 0;
    for (ShardDeclaration declaration : all) {
      if (looked == SAMPLES) {
        break;
      }
      try (OpenShards.Lease lease = shards.acquire(declaration)) {
        for (int i = 0; i < lease.shard().sampleCount() && looked < SAMPLES; i++) {
          try {
            Optional<RawMember> raw = lease.shard().read(i, pattern);
            if (raw.isPresent()) {
              looked++;
              token.tokenizer().decode(raw.get().bytes(), raw.get().extension());
              return Optional.empty();
            }
          } catch (BadSampleException e) {
            reasons.add(String.valueOf(e.getMessage()));
          }
        }
      }
    }
    if (looked < 2 || reasons.size() != 1) {
      return Optional.empty();
    }
    return Optional.of(
        token.declared().name()
            + ": its tokenizer"
            + token.declared().settings().tokenizer().map(path -> " " + path).orElse("")
            + " does not take members \""
            + token.declared().member()
            + "\": "
            + reasons.iterator().next()
            + ", in each of the first "
            + looked
            + " samples. Name another member, or the tokenizer of this one.");
  }
}
