package dev.masquerade.data.prepare;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.ManifestWriter;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.pipeline.BadSamples;
import dev.masquerade.data.pipeline.ModalityReader;
import dev.masquerade.data.pipeline.SampleReader;
import dev.masquerade.data.pipeline.SampleSet;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardDigest;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.modality.NearestName;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Computes tokens ahead of training: one tar of tokens beside every shard of a data set, and a
 * manifest that joins both.
 *
 * <p>Each tar has the members {@code key.tok_x.npy}, (crops, tokens) ids as int16 or int32, and
 * {@code key.crop_settings.npy}, which says where the crops lie. Work that was interrupted goes on
 * where the last whole tar ends, with the same result; a directory made with other settings is
 * refused.
 */
public final class TokenDataset {

  /** Name of the manifest within its directory. */
  public static final String MANIFEST = "manifest.textproto";

  private static final String SETTINGS = "tokens.settings";

  /** Of members that hold ids. */
  private static final List<String> TOKEN_EXTENSIONS = List.of("npy", "npz");

  /**
   * What was done.
   *
   * @param manifest that was written
   * @param shardsWritten tars written now
   * @param shardsKept tars that were whole already
   * @param badSamples samples left out now
   */
  public record Result(
      DatasetManifest manifest, int shardsWritten, int shardsKept, int badSamples) {}

  private record Task(Path file, int splitIndex, int shardIndex, ShardDeclaration shard) {}

  private final Path directory;
  private final DatasetManifest source;
  private final List<TokenSource> sources;
  private final List<String> members;
  private final TokenShardSettings settings;

  /**
   * Prepares the work.
   *
   * @param directory made where it is missing
   * @param source data set whose samples are tokenised, all splits of it
   * @param sources modalities to compute
   * @throws ConfigurationException if a modality has no grid of ids, or its tokens would be stored
   *     under the name of what they are computed from or of what is there already
   */
  public TokenDataset(
      Path directory,
      DatasetManifest source,
      List<TokenSource> sources,
      TokenShardSettings settings) {
    this.directory = directory;
    this.source = source;
    this.sources = List.copyOf(sources);
    this.settings = settings;
    List<String> problems = new ArrayList<>();
    if (sources.isEmpty()) {
      problems.add("No modality to tokenise was named.");
    }
    for (TokenSource token : sources) {
      boolean grid =
          token.tokenizer().spec().space() instanceof TokenSpace.Discrete
              && token.tokenizer().spec().layout() instanceof TokenLayout.Grid;
      if (!grid) {
        problems.add(
            token.declared().name()
                + ": only grids of ids are computed ahead of training; text and pixels are"
                + " tokenised while training. Leave it out.");
      }
    }
    members = TokenMembers.of(this.sources, source, problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  /**
   * Writes what is missing, and the manifest last.
   *
   * @param shards where shards are opened; stays the caller's to close
   * @param progress told the number of samples done so far, by one thread at a time
   * @throws ConfigurationException if the directory holds tokens made with other settings
   * @throws dev.masquerade.data.pipeline.TooManyBadSamplesException if too many samples were bad
   * @throws IOException if something could not be written, or the thread was interrupted; whole
   *     tars stay
   */
  public Result write(OpenShards shards, LongConsumer progress) throws IOException {
    requireMembers(shards);
    new TokenContentCheck(source, sources).require(shards);
    forgetSettingsOfNothing();
    SettingsFile.claim(
        directory.resolve(SETTINGS),
        describe(),
        "tokens that were made with other settings or from other data");
    BadSamples bad = new BadSamples(settings.maxBadSamples(), "--max-bad-samples");
    Object lock = new Object();
    long[] done = new long[1];
    Runnable oneMore =
        () -> {
          synchronized (lock) {
            progress.accept(++done[0]);
          }
        };
    List<TokenShardWriter> writers = new ArrayList<>();
    List<Task> tasks = new ArrayList<>();
    int kept = 0;
    for (int i = 0; i < source.splits().size(); i++) {
      Split split = source.splits().get(i);
      SampleReader reader = new SampleReader(sampleSet(split), shards);
      writers.add(new TokenShardWriter(sources, members, reader, settings, bad, oneMore));
      for (int k = 0; k < split.shards().size(); k++) {
        Path file = tokenFile(split, k);
        if (Files.exists(file)) {
          kept++;
          synchronized (lock) {
            done[0] += split.shards().get(k).sampleCount();
          }
        } else {
          tasks.add(new Task(file, i, k, split.shards().get(k)));
        }
      }
    }
    run(tasks, writers);
    bad.report();
    DatasetManifest joined = joined();
    ManifestWriter.write(directory.resolve(MANIFEST), joined);
    return new Result(joined, tasks.size(), kept, bad.count());
  }

  /** Settings that no tokens were written with bind nobody. */
  private void forgetSettingsOfNothing() throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      if (files.noneMatch(file -> String.valueOf(file.getFileName()).endsWith(".tar"))) {
        Files.deleteIfExists(directory.resolve(SETTINGS));
      }
    }
  }

  /** Refuses members that no sample has, before anything is written. */
  private void requireMembers(OpenShards shards) throws IOException {
    List<String> problems = new ArrayList<>();
    for (int place = 0; place < sources.size(); place++) {
      TokenSource token = sources.get(place);
      shadow(members.get(place), shards)
          .map(shadow -> token.declared().name() + ": " + shadow)
          .ifPresent(problems::add);
      MemberPattern pattern = token.declared().pattern(token.tokenizer().extensions());
      Set<String> there = new TreeSet<>();
      if (!occurs(pattern, shards, there)) {
        String member = token.declared().member();
        Set<String> names = new TreeSet<>();
        List<String> stored = there.stream().filter(name -> name.startsWith(member + ".")).toList();
        if (!stored.isEmpty()) {
          problems.add(otherContent(token, stored, there));
          continue;
        }
        there.forEach(name -> names.add(name.substring(0, Math.max(0, name.lastIndexOf('.')))));
        problems.add(
            token.declared().name()
                + ": no sample of "
                + source.name()
                + " has a member \""
                + member
                + "\" that it can be computed from."
                + NearestName.of(member, names)
                    .map(near -> " Did you mean \"" + near + "\"?")
                    .orElse("")
                + " There are: "
                + String.join(", ", there)
                + ".");
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  /** Says that a member is there, as something that no tokens are made of. */
  private static String otherContent(TokenSource token, List<String> stored, Set<String> there) {
    Set<String> extensions = token.tokenizer().extensions();
    boolean text =
        stored.stream().allMatch(name -> name.endsWith(".txt") || name.endsWith(".json"));
    Set<String> fitting = new TreeSet<>();
    for (String name : there) {
      if (extensions.contains(name.substring(name.lastIndexOf('.') + 1))) {
        fitting.add(name.substring(0, name.lastIndexOf('.')));
      }
    }
    return token.declared().name()
        + ": "
        + token.declared().member()
        + (text ? " is text (" : " is stored as something else (")
        + String.join(", ", stored)
        + "), and the tokenizer reads "
        + String.join(", ", new TreeSet<>(extensions))
        + (fitting.isEmpty()
            ? ", of which there are none."
            : ". Name one of: " + String.join(", ", fitting) + ".");
  }

  /** Looks where shards begin for members that would be read in place of new ones. */
  private Optional<String> shadow(String member, OpenShards shards) throws IOException {
    for (Split split : source.splits()) {
      for (ShardDeclaration declaration : split.shards()) {
        try (OpenShards.Lease lease = shards.acquire(declaration)) {
          if (lease.shard().sampleCount() == 0) {
            continue;
          }
          for (String name : lease.shard().members(0)) {
            if (TOKEN_EXTENSIONS.stream().anyMatch(end -> name.equals(member + "." + end))) {
              return Optional.of(
                  "samples of "
                      + declaration.name()
                      + " have a member \""
                      + name
                      + "\" already, behind which new tokens would never be read. Give it another"
                      + " name, or start from the manifest without those tokens.");
            }
          }
        }
        break;
      }
    }
    return Optional.empty();
  }

  /** Looks for a member as far as the first sample that has it, and collects the names passed. */
  private boolean occurs(MemberPattern pattern, OpenShards shards, Set<String> passed)
      throws IOException {
    for (Split split : source.splits()) {
      for (ShardDeclaration declaration : split.shards()) {
        try (OpenShards.Lease lease = shards.acquire(declaration)) {
          if (lease.shard().keysLacking(pattern).size() < lease.shard().sampleCount()) {
            return true;
          }
          for (int ordinal = 0; ordinal < lease.shard().sampleCount(); ordinal++) {
            passed.addAll(lease.shard().members(ordinal));
          }
        }
      }
    }
    return passed.isEmpty();
  }

  private void run(List<Task> tasks, List<TokenShardWriter> writers) throws IOException {
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService executor = Executors.newFixedThreadPool(settings.threads());
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (Task task : tasks) {
        futures.add(
            executor.submit(
                () -> {
                  try {
                    writers
                        .get(task.splitIndex())
                        .write(task.file(), task.shardIndex(), task.shard(), stop::get);
                  } catch (IOException | RuntimeException e) {
                    stop.set(true);
                    throw e;
                  }
                  return null;
                }));
      }
      Throwable failure = null;
      for (Future<?> future : futures) {
        try {
          future.get();
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
        }
      }
      surface(failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("Stopped; finished token shards stay and are kept next time");
      interrupted.initCause(e);
      throw interrupted;
    } finally {
      // No interrupts: they would close the file channels that threads share.
      stop.set(true);
      executor.shutdown();
    }
  }

  private static void surface(@org.jspecify.annotations.Nullable Throwable failure)
      throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  private SampleSet sampleSet(Split split) {
    return SampleSet.of(
        source,
        split,
        1,
        sources.stream()
            .map(token -> ModalityReader.of(token.declared(), token.tokenizer()))
            .toList());
  }

  private Path tokenFile(Split split, int shard) {
    return directory.resolve(String.format(Locale.ROOT, "%s-tokens-%06d.tar", split.name(), shard));
  }

  /** Says all that decides what is written. */
  private String describe() {
    StringBuilder text = new StringBuilder();
    text.append("crops: ").append(settings.crops()).append('\n');
    text.append("cropping: ").append(settings.cropping()).append('\n');
    text.append("seed: ").append(settings.seed()).append('\n');
    for (int place = 0; place < sources.size(); place++) {
      TokenSource token = sources.get(place);
      StoredModality declared = token.declared();
      text.append("modality: ").append(declared.name());
      if (!members.get(place).equals(declared.name().base())) {
        text.append(" as ").append(members.get(place));
      }
      text.append(" of type ").append(declared.type());
      text.append(" from ").append(declared.member());
      text.append(", ").append(token.tokenizer().spec());
      text.append(", options ").append(new java.util.TreeMap<>(declared.settings().options()));
      Optional<TokenCodec> codec = token.tokenizer().codec();
      if (codec.isPresent()) {
        text.append(", tokenizer ").append(codec.get().fingerprint());
      }
      text.append('\n');
    }
    for (Split split : source.splits()) {
      for (ShardDeclaration shard : split.shards()) {
        text.append(split.name()).append(": ").append(shard.sampleCount());
        for (ShardFile file : shard.files()) {
          text.append(' ').append(file.name()).append(' ').append(file.sha256());
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  private DatasetManifest joined() throws IOException {
    Map<Object, StoredModality> modalities = new LinkedHashMap<>();
    source.modalities().forEach(modality -> modalities.put(modality.name(), modality));
    for (int place = 0; place < sources.size(); place++) {
      TokenSource token = sources.get(place);
      modalities.put(token.declared().name(), token.stored(members.get(place)));
    }
    List<Split> splits = new ArrayList<>();
    for (Split split : source.splits()) {
      List<ShardDeclaration> shards = new ArrayList<>();
      for (int k = 0; k < split.shards().size(); k++) {
        ShardDeclaration shard = split.shards().get(k);
        Path file = tokenFile(split, k).toAbsolutePath();
        List<ShardFile> files = new ArrayList<>(shard.files());
        files.add(
            new ShardFile(
                String.valueOf(file.getFileName()), file.toUri(), "", ShardDigest.of(file)));
        shards.add(new ShardDeclaration(shard.name(), files, shard.sampleCount()));
      }
      splits.add(new Split(split.name(), shards));
    }
    return new DatasetManifest(
        source.name(),
        source.description(),
        List.copyOf(modalities.values()),
        splits,
        source.provenance());
  }
}
