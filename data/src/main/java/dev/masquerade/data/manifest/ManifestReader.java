package dev.masquerade.data.manifest;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.data.schema.MessageReader;
import dev.masquerade.data.schema.Problems;
import dev.masquerade.data.schema.ReadMessage;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.proto.manifest.v1.Manifest;
import dev.masquerade.proto.manifest.v1.Modality;
import dev.masquerade.proto.manifest.v1.Provenance;
import dev.masquerade.proto.manifest.v1.Shard;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads manifests and reports everything that is wrong with one at once.
 *
 * <p>Shards are not opened: whether they exist and have their hashes is found out where they are
 * read, and by {@code masquerade manifest check}.
 */
public final class ManifestReader {

  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

  private final Set<String> knownTypes;

  /**
   * Creates a reader.
   *
   * @param knownTypes keys of all plugins on the class path
   */
  public ManifestReader(Set<String> knownTypes) {
    this.knownTypes = new TreeSet<>(knownTypes);
  }

  /**
   * Reads a manifest.
   *
   * @param file named as problems shall show it
   * @throws dev.masquerade.data.schema.ConfigurationException with all problems
   */
  public DatasetManifest read(Path file) {
    Problems problems = new Problems();
    Optional<DatasetManifest> manifest = read(file, problems);
    problems.throwIfAny();
    return manifest.orElseThrow();
  }

  /**
   * Reads a manifest as a part of something larger.
   *
   * @param file named as problems shall show it
   * @param problems receives what is wrong
   * @return the manifest, or empty where something was
   */
  public Optional<DatasetManifest> read(Path file, Problems problems) {
    Problems own = new Problems();
    ReadMessage<Manifest> read = MessageReader.read(file, Manifest.getDefaultInstance(), own);
    Manifest message = read.message();
    FieldProblems fields = read.problems();
    if (message.getName().isEmpty()) {
      fields.reportMissing("name", "is missing; give the data set a short name.");
    }
    List<StoredModality> modalities = modalities(message, file, fields);
    List<Split> splits = splits(message, file, fields);
    if (!own.isEmpty()) {
      problems.addAll(own);
      return Optional.empty();
    }
    return Optional.of(
        new DatasetManifest(
            message.getName(),
            message.getDescription(),
            modalities,
            splits,
            provenance(message.getProvenance())));
  }

  private List<StoredModality> modalities(Manifest message, Path file, FieldProblems fields) {
    List<StoredModality> modalities = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < message.getModalitiesCount(); i++) {
      Modality declared = message.getModalities(i);
      FieldProblems at = fields.at("modalities", i);
      Optional<ModalityName> name = ModalityFields.name(declared.getName(), at);
      if (name.isPresent() && !names.add(declared.getName())) {
        at.report("name", "\"" + declared.getName() + "\" is declared before; keep one.");
      }
      ModalityFields.checkNumbers(declared, at);
      String tokenizer = declared.getTokenizer();
      name.flatMap(
              known ->
                  ModalityFields.type(known, declared.getType(), knownTypes, at)
                      .map(type -> stored(known, type, declared, resolve(file, tokenizer))))
          .ifPresent(modalities::add);
    }
    if (message.getModalitiesCount() == 0) {
      fields.reportMissing("modalities", "are missing; declare what the samples hold.");
    }
    return modalities;
  }

  private static StoredModality stored(
      ModalityName name, String type, Modality declared, Optional<Path> tokenizer) {
    ModalitySettings settings =
        new ModalitySettings(
            name,
            declared.getSize(),
            declared.getPatchSize(),
            declared.getVocabularySize(),
            declared.getMaxTokens(),
            declared.getWidth(),
            tokenizer,
            Set.of(),
            declared.getOptionsMap());
    String member = declared.getMember().isEmpty() ? name.base() : declared.getMember();
    return new StoredModality(settings, type, member, declared.getSource());
  }

  private static List<Split> splits(Manifest message, Path file, FieldProblems fields) {
    Set<String> members = new TreeSet<>();
    for (Modality modality : message.getModalitiesList()) {
      members.add(
          modality.getMember().isEmpty()
              ? modality.getName().replaceFirst("@.*", "")
              : modality.getMember());
    }
    members.remove("");
    List<Split> splits = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < message.getSplitsCount(); i++) {
      FieldProblems at = fields.at("splits", i);
      String name = message.getSplits(i).getName();
      if (name.isEmpty()) {
        at.reportMissing("name", "is missing; runs read \"train\" and \"validation\" by default.");
      } else if (!names.add(name)) {
        at.report("name", "\"" + name + "\" is declared before; keep one.");
      }
      List<ShardDeclaration> shards = new ArrayList<>();
      List<Shard> declared = message.getSplits(i).getShardsList();
      for (int k = 0; k < declared.size(); k++) {
        shard(declared.get(k), file, members, at.at("shards", k)).ifPresent(shards::add);
      }
      if (declared.isEmpty()) {
        at.reportMissing("shards", "are missing; list the files that hold the samples.");
      } else if (!name.isEmpty() && !shards.isEmpty()) {
        splits.add(new Split(name, shards));
      }
    }
    if (message.getSplitsCount() == 0) {
      fields.reportMissing("splits", "are missing; declare at least one, for example \"train\".");
    }
    return splits;
  }

  private static Optional<ShardDeclaration> shard(
      Shard declared, Path file, Set<String> members, FieldProblems at) {
    long count = declared.getSampleCount();
    if (count == 0) {
      at.reportMissing(
          "sample_count", "is missing; \"masquerade import\" counts the samples of each shard.");
    } else if (count < 0 || count > Integer.MAX_VALUE) {
      at.report(
          "sample_count",
          count + " is out of range; it must lie in 1 to " + Integer.MAX_VALUE + ".");
    }
    List<ShardFile> files = new ArrayList<>();
    for (int i = 0; i < declared.getFilesCount(); i++) {
      file(declared.getFiles(i), file, members, at.at("files", i)).ifPresent(files::add);
    }
    if (declared.getFilesCount() == 0) {
      at.reportMissing("files", "are missing; say where the shard's bytes are.");
    }
    boolean whole = !files.isEmpty() && files.size() == declared.getFilesCount();
    return whole && count > 0 && count <= Integer.MAX_VALUE
        ? Optional.of(new ShardDeclaration(declared.getFiles(0).getUri(), files, (int) count))
        : Optional.empty();
  }

  private static Optional<ShardFile> file(
      dev.masquerade.proto.manifest.v1.ShardFile declared,
      Path manifest,
      Set<String> members,
      FieldProblems at) {
    String sha256 = declared.getSha256();
    if (!sha256.isEmpty() && !SHA256.matcher(sha256).matches()) {
      at.report(
          "sha256",
          "\""
              + sha256
              + "\" is no SHA-256, which has 64 hexadecimal digits; this has "
              + sha256.length()
              + " characters. Leave it empty to skip verification.");
    } else if (!sha256.isEmpty() && declared.getUri().endsWith("/")) {
      at.report("sha256", "folders have no hash; leave it empty.");
    }
    String member = declared.getMember();
    if (!member.isEmpty() && !members.contains(member)) {
      at.reportUnknown("member", member, "a member of the modalities above", members);
    }
    return uri(declared.getUri(), manifest, at)
        .map(uri -> new ShardFile(declared.getUri(), uri, member, sha256));
  }

  private static Optional<URI> uri(String written, Path manifest, FieldProblems at) {
    if (written.isEmpty()) {
      at.reportMissing("uri", "is missing; name a tar, or a folder with \"/\" at its end.");
      return Optional.empty();
    }
    List<String> steps = new ArrayList<>(List.of(written.split("/", -1)));
    while (!steps.isEmpty() && steps.get(0).equals("..")) {
      steps.remove(0);
    }
    if (steps.contains("..")) {
      at.report(
          "uri",
          "\""
              + written
              + "\" climbs out with \"..\" after its beginning. Write where it leads to.");
      return Optional.empty();
    }
    try {
      if (written.matches("[A-Za-z][A-Za-z0-9+.-]*:.*")) {
        return Optional.of(new URI(written));
      }
      URI uri = resolve(manifest, written).orElseThrow().toUri();
      // Whether a folder exists must not decide what its URI is.
      boolean slashMissing = written.endsWith("/") && !uri.getPath().endsWith("/");
      return Optional.of(slashMissing ? URI.create(uri + "/") : uri);
    } catch (URISyntaxException e) {
      return refused(written, e.getReason(), at);
    } catch (InvalidPathException e) {
      return refused(written, e.getReason(), at);
    }
  }

  private static Optional<URI> refused(String written, String reason, FieldProblems at) {
    at.report("uri", "\"" + written + "\" is neither a path nor a URI: " + reason + ".");
    return Optional.empty();
  }

  private static Optional<Path> resolve(Path manifest, String written) {
    return written.isEmpty()
        ? Optional.empty()
        : Optional.of(manifest.toAbsolutePath().resolveSibling(written).normalize());
  }

  private static DatasetProvenance provenance(Provenance message) {
    return new DatasetProvenance(
        message.getGenerator(),
        message.getVersion(),
        message.hasSeed() ? OptionalLong.of(message.getSeed()) : OptionalLong.empty(),
        message.getCommand(),
        message.getCreated(),
        message.getSource());
  }
}
