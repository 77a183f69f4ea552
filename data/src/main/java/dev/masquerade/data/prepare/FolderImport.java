package dev.masquerade.data.prepare;

import dev.masquerade.data.image.IgnoredFiles;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.DatasetProvenance;
import dev.masquerade.data.manifest.ManifestWriter;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.BadSampleException;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Packs a user's own files into shards: {@code root/modality/key.ext}, or one folder of pictures
 * with a caption of the same name beside each.
 *
 * <p>Files are copied as they are. Samples are mixed by a hash of their keys, so that folders of
 * classes do not end up in shards of their own, and the same hash decides which are held out: equal
 * files give equal shards.
 */
public final class FolderImport {

  private record Placed(int ordinal, String key, double place) {}

  private FolderImport() {}

  /**
   * Imports a folder.
   *
   * @param root the user's files
   * @param directory where shards and {@code manifest.textproto} are written; made where missing
   * @param progress told the number of samples written so far
   * @throws ConfigurationException if the folder holds nothing that can be read
   * @throws IOException if something cannot be read or written
   */
  public static ImportResult write(
      Path root, Path directory, ImportSettings settings, LongConsumer progress)
      throws IOException {
    if (!Files.isDirectory(root)) {
      throw new ConfigurationException(List.of(root + ": is not a folder. Name one to import."));
    }
    List<String> remarks = new ArrayList<>();
    boolean folders = holdsModalityFolders(root, settings);
    Predicate<String> counts =
        folders ? member -> !IgnoredFiles.isOtherPicture(member) : FolderImport::meant;
    List<ShardFile> stored =
        folders
            ? List.of(ShardFile.of(root))
            : List.of(
                new ShardFile(root.toString(), root.toUri(), "rgb", ""),
                new ShardFile(root.toString(), root.toUri(), "caption", ""));
    ShardDeclaration files = new ShardDeclaration(root.toString(), stored, 0);
    try (Shard shard = Shard.open(files, ShardSources.files())) {
      FoundMembers found = new FoundMembers(settings);
      found.add(shard, counts);
      found.survey(shard, counts);
      List<StoredModality> modalities = found.modalities(remarks);
      ImportSummary summary = new ImportSummary();
      if (modalities.isEmpty()) {
        addIgnored(root, folders, member -> false, summary);
        remarks.add(
            0,
            root
                + ": holds nothing that can be read. Arrange files as MODALITY/KEY.EXT, for example"
                + " rgb/0001.jpg and caption/0001.txt, or put pictures and captions in one folder ("
                + summary.describe(modalities)
                + ").");
        throw new ConfigurationException(remarks);
      }
      Set<String> members = new TreeSet<>(found.undeclared());
      modalities.forEach(modality -> members.add(modality.member()));
      Predicate<String> wanted =
          counts.and(member -> members.contains(member.substring(0, member.indexOf('.'))));
      addIgnored(root, folders, wanted, summary);
      Packing packing = new Packing(shard, wanted, directory, settings, progress, summary);
      List<Split> splits = packing.write(remarks);
      DatasetManifest manifest =
          new DatasetManifest(
              settings.name(),
              "",
              modalities,
              splits,
              new DatasetProvenance(
                  "masquerade import", "", OptionalLong.empty(), "", "", root.toString()));
      ManifestWriter.write(directory.resolve(TokenDataset.MANIFEST), manifest);
      return new ImportResult(manifest, summary.describe(modalities), remarks);
    }
  }

  /** Counts the files that are not packed, so that none is left out in silence. */
  private static void addIgnored(
      Path root, boolean folders, Predicate<String> wanted, ImportSummary summary)
      throws IOException {
    try (Stream<Path> files = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path relative = root.relativize(file);
        String name = relative.toString().replace('\\', '/');
        // In folders of modalities the first folder says what a file is, not of which sample.
        String within = folders ? name.substring(name.indexOf('/') + 1) : name;
        int dot = within.lastIndexOf('.');
        String key = dot <= within.lastIndexOf('/') + 1 ? within : within.substring(0, dot);
        String extension =
            key.equals(within) ? "" : within.substring(dot + 1).toLowerCase(Locale.ROOT);
        String member =
            folders
                ? name.substring(0, Math.max(0, name.indexOf('/'))).toLowerCase(Locale.ROOT)
                : FoundMembers.bareMember(extension).orElse("");
        if (folders && name.indexOf('/') < 0) {
          // KEY.MODALITY.EXT in no folder
          int first = name.indexOf('.');
          member =
              first < 1 || first == dot
                  ? ""
                  : name.substring(first + 1, dot).toLowerCase(Locale.ROOT);
          key = first < 1 ? name : name.substring(0, first);
        }
        if (IgnoredFiles.isHidden(relative)
            || member.isEmpty()
            || extension.isEmpty()
            || !wanted.test(member + "." + extension)) {
          summary.ignore(relative, key);
        }
      }
    }
  }

  private static boolean holdsModalityFolders(Path root, ImportSettings settings)
      throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> String.valueOf(entry.getFileName()))
          .anyMatch(name -> settings.catalogue().knows(name) || settings.types().containsKey(name));
    }
  }

  /** The samples of one import on their way into tars. */
  private static final class Packing {

    private final Shard shard;
    private final Predicate<String> wanted;
    private final Path directory;
    private final ImportSettings settings;
    private final LongConsumer progress;
    private final ImportSummary summary;
    private long written;

    Packing(
        Shard shard,
        Predicate<String> wanted,
        Path directory,
        ImportSettings settings,
        LongConsumer progress,
        ImportSummary summary) {
      this.summary = summary;
      this.shard = shard;
      this.wanted = wanted;
      this.directory = directory;
      this.settings = settings;
      this.progress = progress;
    }

    List<Split> write(List<String> remarks) throws IOException {
      List<Placed> samples = placed();
      double fraction = settings.validationFraction();
      List<Split> splits = new ArrayList<>();
      addSplit(
          splits,
          Split.TRAIN,
          samples.stream().filter(sample -> sample.place() >= fraction).toList());
      addSplit(
          splits,
          Split.VALIDATION,
          samples.stream().filter(sample -> sample.place() < fraction).toList());
      if (fraction > 0 && splits.size() < 2) {
        remarks.add(
            "Of " + samples.size() + " samples none fell to one of the splits; it is left out.");
      }
      return splits;
    }

    /** Returns the samples in the order they are written in. */
    private List<Placed> placed() throws IOException {
      SampleStreams streams = new SampleStreams(0);
      List<Placed> samples = new ArrayList<>();
      Set<String> keys = new HashSet<>();
      for (int ordinal = 0; ordinal < shard.sampleCount(); ordinal++) {
        String stored = shard.keys().get(ordinal);
        List<String> members = wanted(ordinal);
        if (!members.isEmpty() && !IgnoredFiles.isHidden(Path.of(stored))) {
          String key = key(stored);
          summary.add(stored, members);
          if (!keys.add(key)) {
            throw new ConfigurationException(
                List.of(
                    shard.name()
                        + ": two samples would both have the key \""
                        + key
                        + "\", one of them is \""
                        + stored
                        + "\". Rename one."));
          }
          samples.add(
              new Placed(ordinal, key, streams.stream(0, key, Purpose.CHOICE).nextDouble()));
        }
      }
      samples.sort(Comparator.comparingDouble(Placed::place).thenComparing(Placed::key));
      return samples;
    }

    private List<String> wanted(int ordinal) {
      return shard.members(ordinal).stream().filter(wanted).toList();
    }

    /** Keys in tars end at the first dot of their last segment. */
    private static String key(String stored) {
      int base = stored.lastIndexOf('/') + 1;
      return stored.substring(0, base) + stored.substring(base).replace('.', '_');
    }

    private void addSplit(List<Split> splits, String name, List<Placed> samples)
        throws IOException {
      List<ShardDeclaration> shards = new ArrayList<>();
      for (int from = 0; from < samples.size(); from += settings.samplesPerShard()) {
        int to = Math.min(samples.size(), from + settings.samplesPerShard());
        String tar = String.format(Locale.ROOT, "%s-%06d.tar", name, shards.size());
        shards.add(writeShard(directory.resolve(tar), samples.subList(from, to)));
      }
      if (!shards.isEmpty()) {
        splits.add(new Split(name, shards));
      }
    }

    private ShardDeclaration writeShard(Path file, List<Placed> samples) throws IOException {
      try (TarShardWriter tar = TarShardWriter.create(file)) {
        for (Placed sample : samples) {
          Map<String, byte[]> contents = new TreeMap<>();
          for (String member : wanted(sample.ordinal())) {
            contents.put(member, read(sample.ordinal(), member));
          }
          tar.add(sample.key(), contents);
          progress.accept(++written);
        }
        WrittenShard shardWritten = tar.finish();
        String name = String.valueOf(file.getFileName());
        return new ShardDeclaration(
            name,
            List.of(new ShardFile(name, file.toUri(), "", shardWritten.sha256())),
            shardWritten.sampleCount());
      }
    }

    private byte[] read(int ordinal, String member) throws IOException {
      try {
        return shard.read(ordinal, member).orElseThrow();
      } catch (BadSampleException e) {
        throw new IOException(shard.name() + ": " + e.getMessage(), e);
      }
    }
  }

  /**
   * Says whether a member is what its extension says. In a folder of pictures every file is met
   * both as a picture and as a caption; one is meant.
   */
  private static boolean meant(String member) {
    int dot = member.indexOf('.');
    return FoundMembers.bareMember(member.substring(dot + 1))
        .filter(member.substring(0, dot)::equals)
        .isPresent();
  }
}
