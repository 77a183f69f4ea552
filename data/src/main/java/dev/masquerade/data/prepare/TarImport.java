package dev.masquerade.data.prepare;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.DatasetProvenance;
import dev.masquerade.data.manifest.ManifestWriter;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardDigest;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.data.shard.UnusableShardsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a manifest over WebDataset tars, which stay where they are.
 *
 * <p>Patterns are paths with braces, see {@link BraceExpansion}. {@code
 * [rgb,caption]/shard-{00000..00009}.tar} stands for one tar per modality, joined by key. Shards
 * are held out whole, spread evenly.
 */
public final class TarImport {

  private static final Pattern MODALITIES = Pattern.compile("\\[([^\\]]+)\\]");

  private TarImport() {}

  /**
   * Imports tars.
   *
   * @param train patterns of tars to train on
   * @param validation patterns of tars that are held out; empty takes a fraction of the others
   * @param manifestFile the manifest to write
   * @param progress told the number of shards read so far
   * @throws ConfigurationException if a pattern is none, or tars cannot be used
   * @throws IOException if something cannot be read or written
   */
  public static ImportResult write(
      List<String> train,
      List<String> validation,
      Path manifestFile,
      ImportSettings settings,
      LongConsumer progress)
      throws IOException {
    FoundMembers found = new FoundMembers(settings);
    List<String> remarks = new ArrayList<>();
    long[] done = new long[1];
    Runnable oneMore = () -> progress.accept(++done[0]);
    List<ShardDeclaration> trainShards = read(train, found, oneMore, remarks);
    List<ShardDeclaration> heldOut = read(validation, found, oneMore, remarks);
    if (trainShards.isEmpty()) {
      throw new ConfigurationException(List.of("No tar to import was named."));
    }
    if (heldOut.isEmpty() && settings.validationFraction() > 0) {
      heldOut = holdOut(trainShards, settings.validationFraction(), remarks);
    }
    List<StoredModality> modalities = found.modalities(remarks);
    if (modalities.isEmpty()) {
      remarks.add(0, "The tars hold no modality that is known.");
      throw new ConfigurationException(remarks);
    }
    List<Split> splits = new ArrayList<>();
    splits.add(new Split(Split.TRAIN, trainShards));
    if (!heldOut.isEmpty()) {
      splits.add(new Split(Split.VALIDATION, heldOut));
    }
    DatasetManifest manifest =
        new DatasetManifest(
            settings.name(),
            "",
            modalities,
            splits,
            new DatasetProvenance(
                "masquerade import", "", OptionalLong.empty(), "", "", String.join(" ", train)));
    Path directory = manifestFile.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    ManifestWriter.write(manifestFile, manifest);
    long samples = splits.stream().mapToLong(Split::sampleCount).sum();
    return new ImportResult(
        manifest, ImportSummary.samples(samples), new ArrayList<>(new LinkedHashSet<>(remarks)));
  }

  private static List<ShardDeclaration> holdOut(
      List<ShardDeclaration> shards, double fraction, List<String> remarks) {
    int count = (int) Math.round(shards.size() * fraction);
    if (count == 0 || count >= shards.size()) {
      remarks.add(
          "Nothing is held out: "
              + (shards.size() == 1
                  ? "a single shard cannot be split"
                  : shards.size() + " shards cannot be split whole at a fraction of " + fraction)
              + ". Name tars for validation, or write smaller ones.");
      return List.of();
    }
    List<ShardDeclaration> heldOut = new ArrayList<>();
    for (int i = count - 1; i >= 0; i--) {
      // The middle of each of count equal stretches.
      heldOut.add(0, shards.remove((int) ((2L * i + 1) * shards.size() / (2L * count))));
    }
    return heldOut;
  }

  private static List<ShardDeclaration> read(
      List<String> patterns, FoundMembers found, Runnable progress, List<String> remarks)
      throws IOException {
    List<ShardDeclaration> shards = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (String pattern : patterns) {
      for (Map<String, Path> files : expand(pattern, problems)) {
        try {
          shards.add(read(files, found, remarks));
        } catch (UnusableShardsException e) {
          problems.addAll(e.problems());
        }
        progress.run();
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return shards;
  }

  /** Returns the files of every shard a pattern stands for, by modality; "" where mixed. */
  private static List<Map<String, Path>> expand(String pattern, List<String> problems) {
    if (pattern.contains("*") || pattern.contains("?")) {
      problems.add(
          pattern
              + ": * and ? are not patterns here. Leave them to the shell by writing them without"
              + " quotes, or number the tars in braces, as in shard-{00000..00009}.tar.");
      return List.of();
    }
    try {
      Matcher modalities = MODALITIES.matcher(pattern);
      List<Map<String, Path>> shards = new ArrayList<>();
      if (!modalities.find()) {
        for (String name : BraceExpansion.expand(pattern)) {
          shards.add(Map.of("", Path.of(name)));
        }
        return shards;
      }
      for (String modality : modalities.group(1).split(",", -1)) {
        String own =
            pattern.substring(0, modalities.start())
                + modality.strip()
                + pattern.substring(modalities.end());
        List<String> names = BraceExpansion.expand(own);
        for (int i = 0; i < names.size(); i++) {
          if (i == shards.size()) {
            shards.add(new LinkedHashMap<>());
          }
          shards.get(i).put(modality.strip(), Path.of(names.get(i)));
        }
      }
      return shards;
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage() + ".");
      return List.of();
    }
  }

  private static ShardDeclaration read(
      Map<String, Path> files, FoundMembers found, List<String> remarks) throws IOException {
    List<ShardFile> declared = new ArrayList<>();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Path path = file.getValue().toAbsolutePath().normalize();
      String sha256 = Files.isRegularFile(path) ? ShardDigest.of(path) : "";
      declared.add(new ShardFile(file.getValue().toString(), path.toUri(), file.getKey(), sha256));
    }
    String name = declared.get(0).name();
    try (Shard shard = Shard.open(new ShardDeclaration(name, declared, 0), ShardSources.files())) {
      if (shard.damage().isPresent()) {
        throw new UnusableShardsException(name + ": is " + shard.damage().get());
      }
      if (shard.sampleCount() == 0) {
        throw new UnusableShardsException(name + ": holds no samples named KEY.EXT");
      }
      FoundMembers own = found.fresh();
      own.add(shard, member -> true);
      found.add(shard, member -> true);
      found.survey(shard, member -> true);
      remarkGaps(shard, files, remarks);
      return new ShardDeclaration(name, withBareMembers(declared, own), shard.sampleCount());
    }
  }

  private static void remarkGaps(Shard shard, Map<String, Path> files, List<String> remarks) {
    if (files.size() < 2) {
      return;
    }
    for (String modality : files.keySet()) {
      long lacking = 0;
      for (int ordinal = 0; ordinal < shard.sampleCount(); ordinal++) {
        boolean there =
            shard.members(ordinal).stream()
                .anyMatch(member -> member.startsWith(modality.toLowerCase(Locale.ROOT) + "."));
        lacking += there ? 0 : 1;
      }
      if (lacking > 0) {
        remarks.add(
            shard.name()
                + ": "
                + lacking
                + " of "
                + shard.sampleCount()
                + " samples lack modality "
                + modality
                + ".");
      }
    }
  }

  /** A tar of {@code key.jpg} and {@code key.txt} is declared once as each. */
  private static List<ShardFile> withBareMembers(List<ShardFile> files, FoundMembers found) {
    if (found.bareExtensions().isEmpty() || files.size() > 1) {
      return files;
    }
    ShardFile tar = files.get(0);
    Set<String> members = new LinkedHashSet<>();
    if (found.named()) {
      members.add("");
    }
    found
        .bareExtensions()
        .forEach(extension -> FoundMembers.bareMember(extension).ifPresent(members::add));
    if (members.isEmpty()) {
      return files;
    }
    return members.stream()
        .map(member -> new ShardFile(tar.name(), tar.uri(), member, tar.sha256()))
        .toList();
  }
}
