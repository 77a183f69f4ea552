package dev.masquerade.modality.code;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/*
 * The file is an npz archive of three members:
 *
 *   codebook.json   {"format": "masquerade.codebook.v1", "content": "colours", "classes": 0,
 *                    "scale": 1.0, "height": 64, "width": 64, "patch": 8, ...and how it was fitted}
 *   codes.npy       float32 (V, D): a code per row, flattened row, column, plane (plane fastest)
 *   usage.npy       int32 (V): patches per code when it was fitted
 */
/**
 * A tokenizer of patches: each patch of a frame becomes the number of the code nearest to it, and
 * each number the code again. Codes of class maps are probabilities of classes. Immutable and safe
 * for use by several threads.
 */
public final class PatchCodebook implements FrameCodec {

  private static final String FORMAT = "masquerade.codebook.v1";

  /** Probabilities below this do not count: a thousand of them change nothing that can be seen. */
  private static final float NEGLIGIBLE = 1e-7f;

  private final CodebookSettings settings;
  private final float[] codes;
  private final CodeSearch search;
  private final long[] usage;
  private final CodebookStatistics statistics;
  private final String fingerprint;

  PatchCodebook(
      CodebookSettings settings, float[] codes, long[] usage, CodebookStatistics statistics) {
    this(settings, codes, usage, statistics, "");
  }

  private PatchCodebook(
      CodebookSettings settings,
      float[] codes,
      long[] usage,
      CodebookStatistics statistics,
      String fingerprint) {
    this.fingerprint = fingerprint;
    this.settings = settings;
    this.codes = codes;
    this.search = new CodeSearch(codes, settings.codes());
    this.usage = usage;
    this.statistics = statistics;
  }

  /**
   * Fits a codebook to frames.
   *
   * @param frames planes of the size and content of {@code settings}
   * @throws IllegalArgumentException if there are fewer different patches than codes
   */
  public static PatchCodebook fit(Iterable<Planes> frames, CodebookSettings settings) {
    CodebookTrainer trainer = new CodebookTrainer(settings);
    for (Planes frame : frames) {
      trainer.add(frame);
    }
    return trainer.fit();
  }

  /**
   * Reads a codebook.
   *
   * @throws InvalidSettingsException if the file is missing, damaged or something else
   */
  public static PatchCodebook load(Path file) {
    try {
      byte[] content = Files.readAllBytes(file);
      NpzArchive archive = NpzArchive.read(content);
      byte[] json = archive.member("codebook.json").orElse(null);
      if (json == null) {
        throw new BadSampleException("it has no codebook.json");
      }
      return of(
          JsonParser.parseString(new String(json, StandardCharsets.UTF_8)).getAsJsonObject(),
          archive.array("codes"),
          archive.array("usage"),
          sha256(content));
    } catch (NoSuchFileException e) {
      throw new InvalidSettingsException(
          "tokenizer",
          file
              + " does not exist. Check the path, or make one with \"masquerade tokenizer fit"
              + " patches\"");
    } catch (IOException e) {
      throw new InvalidSettingsException("tokenizer", file + " cannot be read: " + e.getMessage());
    } catch (BadSampleException
        | JsonSyntaxException
        | IllegalStateException
        | IllegalArgumentException
        | NullPointerException
        | UnsupportedOperationException e) {
      throw new InvalidSettingsException(
          "tokenizer", file + " is not a patch codebook that can be used: " + e.getMessage());
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static PatchCodebook of(
      JsonObject json, NpyArray codes, NpyArray usage, String fingerprint)
      throws BadSampleException {
    String format = json.get("format").getAsString();
    if (!format.equals(FORMAT)) {
      throw new BadSampleException("its format is \"" + format + "\", known is " + FORMAT);
    }
    int count = codes.rank() == 2 ? codes.dimension(0) : 0;
    CodebookSettings settings =
        new CodebookSettings(
            FrameContent.valueOf(json.get("content").getAsString().toUpperCase(Locale.ROOT)),
            json.get("classes").getAsInt(),
            json.get("scale").getAsDouble(),
            new FrameSize(json.get("height").getAsInt(), json.get("width").getAsInt()),
            json.get("patch").getAsInt(),
            count,
            Math.max(count, 1),
            1,
            json.get("seed").getAsLong());
    if (codes.dimension(1) != settings.patchWidth() || usage.size() != count) {
      throw new BadSampleException(
          "codes of shape "
              + codes.shape()
              + " do not fit patches of "
              + settings.patchWidth()
              + " numbers");
    }
    float[] values = new float[codes.size()];
    codes.copy(0, values, 0, values.length);
    long[] used = new long[count];
    for (int code = 0; code < count; code++) {
      used[code] = usage.whole(code);
    }
    return new PatchCodebook(
        settings,
        values,
        used,
        new CodebookStatistics(
            json.get("patches").getAsLong(),
            json.get("used_codes").getAsInt(),
            json.get("perplexity").getAsDouble(),
            json.get("error").getAsDouble()),
        fingerprint);
  }

  /** Writes the codebook, replacing a file that is there only once it is complete. */
  public void save(Path file) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("format", FORMAT);
    json.addProperty("content", settings.content().name().toLowerCase(Locale.ROOT));
    json.addProperty("classes", settings.classes());
    json.addProperty("scale", settings.scale());
    json.addProperty("height", settings.frame().height());
    json.addProperty("width", settings.frame().width());
    json.addProperty("patch", settings.patchSize());
    json.addProperty("seed", settings.seed());
    json.addProperty("patches", statistics.patches());
    json.addProperty("used_codes", statistics.usedCodes());
    json.addProperty("perplexity", statistics.perplexity());
    json.addProperty("error", statistics.error());
    int[] used = new int[usage.length];
    for (int code = 0; code < used.length; code++) {
      used[code] = (int) Math.min(usage[code], Integer.MAX_VALUE);
    }
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("codebook.json", json.toString().getBytes(StandardCharsets.UTF_8));
    members.put("codes.npy", NpyArray.write(codes, settings.codes(), settings.patchWidth()));
    members.put("usage.npy", NpyArray.write(used, used.length));
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    Files.write(unfinished, new NpzArchive(members).write());
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns what the codebook was made to be. */
  public CodebookSettings settings() {
    return settings;
  }

  /** Returns how well it does on the patches it was fitted to. */
  public CodebookStatistics statistics() {
    return statistics;
  }

  /** Returns how many of the patches it was fitted to have a code. */
  public long usage(int code) {
    return usage[code];
  }

  @Override
  public int vocabularySize() {
    return settings.codes();
  }

  @Override
  public TokenLayout.Grid grid() {
    return new TokenLayout.Grid(settings.rows(), settings.columns());
  }

  @Override
  public FrameFormat frames() {
    return settings.format();
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public int[] encode(Planes frame) {
    float[] patches = new PatchCutter(settings).cut(frame);
    return nearest(new DenseVectors(patches, settings.patchWidth()));
  }

  /** {@inheritDoc} The planes are not made. */
  @Override
  public int[] encodeClasses(char[] numbers) {
    char[] patches = new PatchCutter(settings).cutClasses(numbers);
    return nearest(
        new ClassVectors(patches, settings.patchPixels(), settings.classes(), new float[0]));
  }

  private int[] nearest(PatchVectors patches) {
    CodeSearch.Memory memory = new CodeSearch.Memory(search);
    int[] ids = new int[patches.count()];
    for (int place = 0; place < ids.length; place++) {
      ids[place] = search.nearest(patches, place, -1, memory);
    }
    return ids;
  }

  @Override
  public Planes decode(int[] ids) {
    int width = settings.patchWidth();
    checkLength(ids.length, "ids");
    float[] patches = new float[ids.length * width];
    for (int place = 0; place < ids.length; place++) {
      if (ids[place] < 0 || ids[place] >= settings.codes()) {
        throw new IllegalArgumentException(
            "id " + ids[place] + " is outside the codebook of " + settings.codes());
      }
      System.arraycopy(codes, ids[place] * width, patches, place * width, width);
    }
    return new PatchCutter(settings).join(patches);
  }

  @Override
  public Planes decodeExpected(float[] probabilities) {
    int width = settings.patchWidth();
    int places = settings.rows() * settings.columns();
    if (probabilities.length != places * settings.codes()) {
      throw new IllegalArgumentException(
          "a distribution over "
              + settings.codes()
              + " codes at "
              + places
              + " places has "
              + places * settings.codes()
              + " numbers, were given "
              + probabilities.length);
    }
    float[] patches = new float[places * width];
    for (int place = 0; place < places; place++) {
      for (int code = 0; code < settings.codes(); code++) {
        float probability = probabilities[place * settings.codes() + code];
        if (probability > NEGLIGIBLE) {
          add(patches, place * width, code * width, width, probability);
        }
      }
    }
    return new PatchCutter(settings).join(patches);
  }

  private void add(float[] patches, int at, int from, int width, float factor) {
    for (int i = 0; i < width; i++) {
      patches[at + i] += factor * codes[from + i];
    }
  }

  private void checkLength(int length, String what) {
    int places = settings.rows() * settings.columns();
    if (length != places) {
      throw new IllegalArgumentException(
          "a frame has " + places + " " + what + ", were given " + length);
    }
  }

  /** Returns the (V, D) codes, for the figures of a codebook; a copy. */
  public float[] codes() {
    return Arrays.copyOf(codes, codes.length);
  }
}
