package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.augment.CentreCrop;
import dev.masquerade.data.augment.RandomResizedCrop;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.prepare.TokenDataset;
import dev.masquerade.data.prepare.TokenShardSettings;
import dev.masquerade.data.prepare.TokenSource;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Computes tokens ahead of training. */
@Command(
    name = "tokenize",
    sortOptions = false,
    description = {
      "Compute tokens ahead of training.",
      "Writes token shards beside a data set's own, and a manifest that joins both.",
      "Interrupted work goes on where the last finished shard ends.",
      "",
      "Example:",
      "  masquerade tokenize data/scenes/manifest.textproto --out data/tokens \\",
      "    --token tok_depth@64=depth:data/depth.npz \\",
      "    --token tok_rgb@64=rgb:runs/vq"
    })
final class TokenizeCommand implements Callable<Integer> {

  private static final Pattern TOKEN = Pattern.compile("([^=]+)=([^:]+):(.+)");
  private static final int OPEN_SHARDS = 8;

  /** Option of grids of ids that lets a tokenizer serve at other sizes than its own. */
  private static final String RESIZE = "resize_tokenizer";

  private final ModalityCatalogue catalogue;
  private final ShardSources sources;

  @Parameters(paramLabel = "MANIFEST", description = "Data set to tokenise, all splits of it.")
  private Path manifest;

  @Option(
      names = "--token",
      required = true,
      paramLabel = "NAME=MEMBER:TOKENIZER",
      description =
          "Tokens to compute: their modality's name, the member they are computed from, and the"
              + " tokenizer (a codebook, a run of \"tokenizer train\", or a directory with"
              + " model.safetensors); repeatable.")
  private List<String> tokens;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where to write.")
  private Path out;

  @Option(
      names = "--crops",
      defaultValue = "1",
      description =
          "Crops per sample; the first is the centred square, the others are random"
              + " (${DEFAULT-VALUE}).")
  private int crops;

  @Option(
      names = "--min-scale",
      defaultValue = "0.2",
      description = "Smallest share of the picture a random crop covers (${DEFAULT-VALUE}).")
  private double minScale;

  @Option(
      names = "--flip",
      defaultValue = "0.5",
      description = "Probability that a random crop is flipped (${DEFAULT-VALUE}).")
  private double flip;

  @Option(names = "--seed", defaultValue = "0", description = "Draws crops (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--max-bad-samples",
      defaultValue = "100",
      description = "Bad samples left out before writing fails (${DEFAULT-VALUE}).")
  private long maxBad;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      defaultValue = "" + ModalitySettings.DEFAULT_PIXEL_LIMIT,
      description = "Pixels of the largest picture that is read (${DEFAULT-VALUE}).")
  private int maxPixels;

  @Mixin private DeviceOptions devices;

  @Inject
  TokenizeCommand(ModalityCatalogue catalogue, ShardSources sources) {
    this.catalogue = catalogue;
    this.sources = sources;
  }

  @Override
  public Integer call() throws Exception {
    if (maxBad < 0 || maxPixels < 1) {
      throw new MistakeException(
          "--max-bad-samples must be at least 0 and --max-pixels at least 1, were "
              + maxBad
              + " and "
              + maxPixels
              + ".");
    }
    DatasetManifest dataset = new ManifestReader(catalogue.names()).read(manifest);
    List<TokenSource> chosen = new ArrayList<>();
    for (String token : tokens) {
      chosen.add(parse(token));
    }
    TokenShardSettings settings;
    try {
      Augmenter cropping =
          crops == 1 ? new CentreCrop(0) : new RandomResizedCrop(minScale, 1, 0.75, 4.0 / 3, flip);
      settings =
          new TokenShardSettings(
              crops, cropping, seed, Runtime.getRuntime().availableProcessors(), maxBad);
    } catch (IllegalArgumentException e) {
      throw new MistakeException(e);
    }
    devices.place();
    TokenDataset.Result result = write(dataset, chosen, settings, sources, out);
    System.out.printf(
        "%d shards written, %d kept, %d samples left out%n%s%n",
        result.shardsWritten(),
        result.shardsKept(),
        result.badSamples(),
        out.resolve(TokenDataset.MANIFEST));
    return 0;
  }

  /** Writes token shards behind a progress bar. */
  static TokenDataset.Result write(
      DatasetManifest dataset,
      List<TokenSource> tokens,
      TokenShardSettings settings,
      ShardSources sources,
      Path out)
      throws java.io.IOException {
    long samples = dataset.splits().stream().mapToLong(Split::sampleCount).sum();
    try (OpenShards shards = new OpenShards(sources, OPEN_SHARDS, false);
        ProgressBar bar = ProgressLine.start("tokens", samples)) {
      for (Split split : dataset.splits()) {
        shards.requirePresent(split.shards());
      }
      return new TokenDataset(out, dataset, tokens, settings).write(shards, bar::stepTo);
    }
  }

  private TokenSource parse(String token) {
    Matcher matcher = TOKEN.matcher(token);
    if (!matcher.matches()) {
      throw new MistakeException(
          "--token "
              + token
              + ": write NAME=MEMBER:TOKENIZER, for example tok_depth@64=depth:depth.npz.");
    }
    return source(
        catalogue, matcher.group(1), matcher.group(2), Path.of(matcher.group(3)), maxPixels);
  }

  /** Declares tokens computed through a codebook. */
  static TokenSource source(
      ModalityCatalogue catalogue, String name, String member, Path codebook) {
    return source(catalogue, name, member, codebook, ModalitySettings.DEFAULT_PIXEL_LIMIT);
  }

  private static TokenSource source(
      ModalityCatalogue catalogue, String name, String member, Path codebook, int maxPixels) {
    try {
      ModalityName modality = new ModalityName(name);
      Path tokenizer = codebook.toAbsolutePath().normalize();
      try {
        return source(catalogue, modality, member, tokenizer, Map.of(), maxPixels);
      } catch (InvalidSettingsException e) {
        boolean sized = modality.size() > 0 || modality.grid().isPresent();
        if (!sized || !e.setting().equals("size")) {
          throw e;
        }
        // Released tokenizers are one file for several sizes; the name says which is wanted.
        return resized(catalogue, modality, member, tokenizer, maxPixels, e);
      }
    } catch (IllegalArgumentException | InvalidSettingsException e) {
      throw new MistakeException("--token " + name + ": " + e.getMessage());
    }
  }

  private static TokenSource resized(
      ModalityCatalogue catalogue,
      ModalityName modality,
      String member,
      Path tokenizer,
      int maxPixels,
      InvalidSettingsException first) {
    try {
      return source(catalogue, modality, member, tokenizer, Map.of(RESIZE, "true"), maxPixels);
    } catch (InvalidSettingsException e) {
      throw e.setting().equals("options." + RESIZE) ? first : e;
    }
  }

  private static TokenSource source(
      ModalityCatalogue catalogue,
      ModalityName modality,
      String member,
      Path tokenizer,
      Map<String, String> options,
      int maxPixels) {
    ModalitySettings settings =
        new ModalitySettings(
            modality, 0, 0, 0, 0, 0, Optional.of(tokenizer), Set.of(), options, maxPixels);
    String type = catalogue.knows(modality.base()) ? modality.base() : "image_tokens";
    return new TokenSource(
        new StoredModality(settings, type, member), catalogue.open(type, settings));
  }
}
