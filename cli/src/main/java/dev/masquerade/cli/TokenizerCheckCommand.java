package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.cli.figure.Figure;
import dev.masquerade.cli.figure.FrameColours;
import dev.masquerade.cli.figure.GridFigure;
import dev.masquerade.cli.figure.Panel;
import dev.masquerade.data.augment.CentreCrop;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.pipeline.BadSamples;
import dev.masquerade.data.prepare.MemberSamples;
import dev.masquerade.data.scenes.SceneClasses;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenCodecs;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.FeatureCodec;
import dev.masquerade.modality.code.FrameCodec;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.modality.code.FrameReader;
import dev.masquerade.modality.code.StoredFrame;
import dev.masquerade.modality.image.ImageDecoder;
import dev.masquerade.train.tokenizer.FeatureCheck;
import dev.masquerade.train.tokenizer.FeatureReport;
import dev.masquerade.train.tokenizer.RebuiltFrame;
import dev.masquerade.train.tokenizer.TokenizerCheck;
import dev.masquerade.train.tokenizer.TokenizerReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tokenizer check}: what is left of pictures that became ids. */
@Command(
    name = "check",
    sortOptions = false,
    description = {
      "Send pictures of a data set through a tokenizer and back.",
      "Prints the error, beside that of the mean of the pictures, and how many ids are used, and",
      "draws pictures with what they became. Of tokenizers of features it prints how near to them",
      "is what comes back, and draws nothing.",
      "",
      "Examples:",
      "  masquerade tokenizer check runs/vq --data data/scenes/manifest.textproto",
      "  masquerade tokenizer check runs/clip --data clip.textproto --member clip"
    })
final class TokenizerCheckCommand implements Callable<Integer> {

  private static final int OPEN_SHARDS = 4;
  private static final int PANEL = 192;

  private final ModalityCatalogue catalogue;
  private final TokenCodecs codecs;
  private final ShardSources sources;

  @Parameters(
      paramLabel = "PATH",
      description = "Run directory, directory with model.safetensors, or codebook.npz.")
  private Path path;

  @Option(names = "--data", required = true, paramLabel = "MANIFEST", description = "The pictures.")
  private Path manifest;

  @Option(
      names = "--member",
      defaultValue = "",
      description =
          "What stands between key and extension in the pictures' names (rgb, depth, normal or"
              + " semseg, by what the tokenizer takes). Features need it.")
  private String member = "";

  @Option(
      names = "--split",
      defaultValue = "",
      description = "Split of the data set (validation, or the first).")
  private String split = "";

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      defaultValue = "0",
      description = "Edge of the pictures, where it is not the tokenizer's own.")
  private int size;

  @Option(
      names = "--layout",
      paramLabel = "by_shape|channels_first|channels_last|places",
      defaultValue = "by_shape",
      description = "Order of the numbers of features (${DEFAULT-VALUE}).")
  private String layout = "by_shape";

  @Option(
      names = "--samples",
      defaultValue = "256",
      description = "Largest number of pictures (${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--pictures",
      defaultValue = "8",
      description = "How many of them are drawn (${DEFAULT-VALUE}).")
  private int pictures;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "tokenizer-check.png",
      description = "Picture to draw (${DEFAULT-VALUE}).")
  private Path out;

  @Mixin private DeviceOptions devices;

  @Inject
  TokenizerCheckCommand(ModalityCatalogue catalogue, TokenCodecs codecs, ShardSources sources) {
    this.catalogue = catalogue;
    this.codecs = codecs;
    this.sources = sources;
  }

  @Override
  public Integer call() throws Exception {
    if (samples < 1 || pictures < 0 || size < 0) {
      throw new MistakeException(
          "--samples must be at least 1, and --pictures and --size at least 0, were "
              + samples
              + ", "
              + pictures
              + " and "
              + size
              + ".");
    }
    devices.place();
    TokenCodec opened = codecs.open(path);
    DatasetManifest dataset = new ManifestReader(catalogue.names()).read(manifest);
    Split chosen = split(dataset);
    if (opened instanceof FeatureCodec features) {
      System.out.print(check(features, chosen).text());
      return 0;
    }
    FrameCodec codec = meaning(frames(opened));
    String name = member.isEmpty() ? usualMember(codec.frames().content()) : member;
    TokenizerReport report = check(codec, chosen, name);
    System.out.print(report.text());
    if (!report.first().isEmpty()) {
      Path parent = out.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      figure(report, codec.frames().classes()).write(out);
      System.out.println(out);
    }
    return 0;
  }

  /** Takes a member's name for what its pictures are, where the tokenizer does not say. */
  private FrameCodec meaning(FrameCodec codec) {
    return member.matches("[A-Za-z][A-Za-z0-9_.-]*") ? codec.as(new ModalityName(member)) : codec;
  }

  private FrameCodec frames(TokenCodec opened) {
    if (!(opened instanceof FrameCodec codec)) {
      throw new MistakeException(path + " takes neither pictures nor features.");
    }
    if (size == 0) {
      return codec;
    }
    return codec
        .at(new FrameSize(size, size))
        .orElseThrow(
            () ->
                new InvalidSettingsException(
                    "size",
                    "--size "
                        + size
                        + ": "
                        + path
                        + " was made for "
                        + codec.frames().size().width()
                        + " pixels, in patches of "
                        + codec.frames().patchSize()));
  }

  private Split split(DatasetManifest dataset) {
    Optional<Split> found =
        split.isEmpty()
            ? dataset.split(Split.VALIDATION).or(() -> dataset.splits().stream().findFirst())
            : dataset.split(split);
    return found.orElseThrow(
        () ->
            new MistakeException(
                dataset.name()
                    + " has no split \""
                    + split
                    + "\". It has: "
                    + String.join(", ", dataset.splits().stream().map(Split::name).toList())
                    + "."));
  }

  private static String usualMember(FrameContent content) {
    return switch (content) {
      case COLOURS -> "rgb";
      case DEPTH -> "depth";
      case NORMALS -> "normal";
      case GREY -> "canny_edge";
      case CLASSES -> "semseg";
    };
  }

  private TokenizerReport check(FrameCodec codec, Split chosen, String name) throws IOException {
    FrameReader reader = codec.frames().reader(ModalitySettings.DEFAULT_PIXEL_LIMIT);
    TokenizerCheck check = new TokenizerCheck(codec, pictures);
    visit(
        chosen,
        MemberPattern.of(name, ImageDecoder.EXTENSIONS),
        "a picture",
        (key, picture) -> {
          StoredFrame frame = reader.decode(picture.bytes());
          check.add(key, frame.content(CentreCrop.of(frame.size()), codec));
        });
    return check.finish();
  }

  private FeatureReport check(FeatureCodec codec, Split chosen) throws IOException {
    if (member.isEmpty() || size != 0) {
      throw new MistakeException(
          path
              + " takes features: name what stands between key and extension with --member, and"
              + " leave --size out.");
    }
    FrameSize places = codec.features();
    ModalityTokenizer reader =
        catalogue.open(
            "feature_map",
            new ModalitySettings(
                new ModalityName("features@" + places.height() + "x" + places.width()),
                0,
                0,
                0,
                0,
                codec.channels(),
                Optional.empty(),
                Set.of(),
                Map.of("layout", layout)));
    FeatureCheck check = new FeatureCheck(codec);
    visit(
        chosen,
        MemberPattern.of(member, reader.extensions()),
        "features",
        (key, stored) ->
            check.add(
                reader
                    .decode(stored.bytes(), stored.extension())
                    .planes(View.WHOLE)
                    .orElseThrow()));
    return check.finish();
  }

  /** Shows the members of some samples; at least one must be of use. */
  private void visit(
      Split chosen, MemberPattern pattern, String what, MemberSamples.Visitor visitor)
      throws IOException {
    try (OpenShards shards = new OpenShards(sources, OPEN_SHARDS, false);
        ProgressBar bar = ProgressLine.start("samples", Math.min(samples, chosen.sampleCount()))) {
      shards.requirePresent(chosen.shards());
      int found =
          new MemberSamples(chosen, pattern, shards)
              .visit(
                  samples,
                  0,
                  BadSamples.unlimited(),
                  (key, stored) -> {
                    visitor.visit(key, stored);
                    bar.step();
                  });
      if (found == 0) {
        throw new MistakeException(
            "no sample of "
                + manifest
                + ", split "
                + chosen.name()
                + ", has "
                + what
                + " KEY."
                + pattern.modality()
                + " that can be used. Name another with --member; \"masquerade manifest check\""
                + " lists what samples hold.");
      }
    }
  }

  private Figure figure(TokenizerReport report, int classes) {
    List<Planes> originals = new ArrayList<>();
    report.first().forEach(frame -> originals.add(frame.original()));
    List<String> names =
        SceneClasses.all().size() == classes
            ? SceneClasses.all()
            : IntStream.range(0, classes).mapToObj(id -> "class " + id).toList();
    FrameColours colours = FrameColours.of(report.content(), originals, names);
    GridFigure.Builder grid =
        GridFigure.of(List.of("original", "from ids")).title(String.valueOf(path.getFileName()));
    for (RebuiltFrame frame : report.first()) {
      grid.row(
          frame.key(),
          List.of(
              Panel.enlarged(colours.paint(frame.original()), PANEL, ""),
              Panel.enlarged(colours.paint(frame.rebuilt()), PANEL, "")));
    }
    return grid.build();
  }
}
