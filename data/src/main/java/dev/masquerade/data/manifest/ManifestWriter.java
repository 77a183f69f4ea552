package dev.masquerade.data.manifest;

import dev.masquerade.data.schema.MessageWriter;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.proto.manifest.v1.Manifest;
import dev.masquerade.proto.manifest.v1.Modality;
import dev.masquerade.proto.manifest.v1.Provenance;
import dev.masquerade.proto.manifest.v1.Shard;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes manifests. Files that share a folder with the manifest, however far up, are named relative
 * to it, so that the folder can be moved as a whole.
 */
public final class ManifestWriter {

  private ManifestWriter() {}

  /**
   * Writes a manifest whole or not at all.
   *
   * @param file with the extension of text format, JSON or binary; its directory exists
   * @throws IOException if it could not be written; a file that was there before stays
   */
  public static void write(Path file, DatasetManifest manifest) throws IOException {
    MessageWriter.write(file, message(file.toAbsolutePath().normalize(), manifest));
  }

  /** Returns what {@link #write} would write as text format. */
  public static String text(Path file, DatasetManifest manifest) {
    return MessageWriter.text(message(file.toAbsolutePath().normalize(), manifest));
  }

  private static Manifest message(Path file, DatasetManifest manifest) {
    Manifest.Builder message =
        Manifest.newBuilder().setName(manifest.name()).setDescription(manifest.description());
    for (StoredModality modality : manifest.modalities()) {
      message.addModalities(modality(file, modality));
    }
    for (Split split : manifest.splits()) {
      dev.masquerade.proto.manifest.v1.Split.Builder part =
          message.addSplitsBuilder().setName(split.name());
      for (ShardDeclaration shard : split.shards()) {
        part.addShards(shard(file, shard));
      }
    }
    if (!manifest.provenance().equals(DatasetProvenance.UNKNOWN)) {
      message.setProvenance(provenance(manifest.provenance()));
    }
    return message.build();
  }

  private static Modality modality(Path file, StoredModality modality) {
    ModalitySettings settings = modality.settings();
    String base = settings.name().base();
    Modality.Builder message =
        Modality.newBuilder()
            .setName(settings.name().value())
            .setSize(settings.size() == settings.name().size() ? 0 : settings.size())
            .setPatchSize(settings.patchSize())
            .setVocabularySize(settings.vocabularySize())
            .setMaxTokens(settings.maxTokens())
            .setWidth(settings.width())
            .putAllOptions(settings.options())
            .setSource(modality.source());
    if (!modality.type().equals(base)) {
      message.setType(modality.type());
    }
    if (!modality.member().equals(base)) {
      message.setMember(modality.member());
    }
    settings.tokenizer().ifPresent(path -> message.setTokenizer(beside(file, path)));
    return message.build();
  }

  private static Shard shard(Path file, ShardDeclaration shard) {
    Shard.Builder message = Shard.newBuilder().setSampleCount(shard.sampleCount());
    for (ShardFile part : shard.files()) {
      message
          .addFilesBuilder()
          .setUri(uri(file, part.uri()))
          .setSha256(part.sha256())
          .setMember(part.modality());
    }
    return message.build();
  }

  private static String uri(Path file, URI uri) {
    if (!"file".equals(uri.getScheme())) {
      return uri.toString();
    }
    Path path = Path.of(uri).normalize();
    if (!shareFolder(file, path)) {
      return uri.toString();
    }
    String slash = uri.getPath().endsWith("/") ? "/" : "";
    return slashed(directory(file).relativize(path)) + slash;
  }

  private static String beside(Path file, Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    return shareFolder(file, absolute)
        ? slashed(directory(file).relativize(absolute))
        : absolute.toString();
  }

  /** Says whether two files lie below a folder other than the root of everything. */
  private static boolean shareFolder(Path file, Path other) {
    Path directory = directory(file);
    return other.startsWith(directory)
        || directory.getNameCount() > 0
            && other.getNameCount() > 0
            && Objects.equals(directory.getRoot(), other.getRoot())
            && directory.getName(0).equals(other.getName(0));
  }

  private static Path directory(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  private static String slashed(Path relative) {
    return relative.toString().replace('\\', '/');
  }

  private static Provenance provenance(DatasetProvenance provenance) {
    Provenance.Builder message =
        Provenance.newBuilder()
            .setGenerator(provenance.generator())
            .setVersion(provenance.version())
            .setCommand(provenance.command())
            .setCreated(provenance.created())
            .setSource(provenance.source());
    provenance.seed().ifPresent(message::setSeed);
    return message.build();
  }
}
