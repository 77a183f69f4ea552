package dev.masquerade.train.checkpoint;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.masquerade.data.shard.ShardDigest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What wrote a run, for people who compare runs.
 *
 * @param masqueradeVersion of the program; "development" where it runs from loose classes
 * @param gitRevision of the clone that the program was built in, with "-dirty" where files of it
 *     are changed; empty where it came from elsewhere
 * @param javaVersion of the runtime
 * @param engine and its version
 * @param device where the model lives
 * @param precision arithmetic of linear layers
 * @param platform operating system, version and architecture
 * @param processors the program may use
 * @param command line, as typed
 * @param created when this was taken down, RFC 3339
 * @param manifests manifest file to the SHA-256 of its content
 */
public record Provenance(
    String masqueradeVersion,
    String gitRevision,
    String javaVersion,
    String engine,
    String device,
    String precision,
    String platform,
    int processors,
    String command,
    String created,
    Map<String, String> manifests) {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
  private static final int GIT_SECONDS = 5;
  private static final String OWN_SOURCES = "train/src/main/java/dev/masquerade/train";

  public Provenance {
    manifests = Collections.unmodifiableMap(new LinkedHashMap<>(manifests));
  }

  /**
   * Takes down what runs where.
   *
   * @param manifests files whose digests belong to the run
   */
  public static Provenance gather(
      String engine,
      String device,
      String precision,
      List<String> command,
      List<Path> manifests,
      Clock clock)
      throws IOException {
    Map<String, String> digests = new LinkedHashMap<>();
    for (Path manifest : manifests) {
      digests.put(manifest.toString(), ShardDigest.of(manifest));
    }
    String version = Provenance.class.getPackage().getImplementationVersion();
    return new Provenance(
        version == null ? "development" : version,
        builtRevision().orElse(""),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        engine,
        device,
        precision,
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        String.join(" ", command),
        clock.instant().toString(),
        digests);
  }

  /** Returns {@code provenance.json}. */
  public String json() {
    JsonObject json = new JsonObject();
    json.addProperty("masquerade_version", masqueradeVersion);
    json.addProperty("git_revision", gitRevision);
    json.addProperty("java_version", javaVersion);
    json.addProperty("engine", engine);
    json.addProperty("device", device);
    json.addProperty("precision", precision);
    json.addProperty("platform", platform);
    json.addProperty("processors", processors);
    json.addProperty("command", command);
    json.addProperty("created", created);
    json.add("manifest_sha256", GSON.toJsonTree(manifests));
    return GSON.toJson(json) + "\n";
  }

  private static Optional<String> builtRevision() {
    return home().flatMap(Provenance::revision);
  }

  /** Returns the clone of this project that holds the code that runs, where there is one. */
  private static Optional<Path> home() {
    CodeSource source = Provenance.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return Optional.empty();
    }
    Path at;
    try {
      at = Path.of(source.getLocation().toURI());
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
      // Code that lies in no file came from no clone.
      return Optional.empty();
    }
    // A distribution may have been unpacked within a clone of something else.
    while (at != null
        && !(Files.exists(at.resolve(".git")) && Files.isDirectory(at.resolve(OWN_SOURCES)))) {
      at = at.getParent();
    }
    return Optional.ofNullable(at);
  }

  private static Optional<String> revision(Path clone) {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty")
              .directory(clone.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (InputStream output = git.getInputStream()) {
        git.getOutputStream().close();
        String revision = new String(output.readAllBytes(), StandardCharsets.US_ASCII).strip();
        boolean ended = git.waitFor(GIT_SECONDS, TimeUnit.SECONDS);
        return ended && git.exitValue() == 0 ? Optional.of(revision) : Optional.empty();
      } finally {
        git.destroy();
      }
    } catch (IOException e) {
      // No git on this machine: the revision stays unknown.
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
