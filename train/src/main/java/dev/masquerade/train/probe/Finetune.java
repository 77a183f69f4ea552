package dev.masquerade.train.probe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.PictureClassifier;
import dev.masquerade.model.Positions;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.VisionEncoder;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.vit.VisionTransformer;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitDescription;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.train.DivergedException;
import dev.masquerade.train.embed.ImageBatch;
import dev.masquerade.train.embed.ImageModel;
import dev.masquerade.train.optim.AdamW;
import dev.masquerade.train.optim.DecayRule;
import dev.masquerade.train.optim.LayerDecay;
import dev.masquerade.train.optim.ParameterGroups;
import dev.masquerade.train.optim.StepOutcome;
import dev.masquerade.train.optim.WarmUpCosine;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.LongConsumer;

/*
 * Fine-tuning as MAE has it [1]: the mean of patch tokens through a norm of its own and a linear head
 * that starts almost at 0; AdamW, slower towards the input; a warm-up and half a cosine; smoothed
 * and mixed targets; drop path. Position tables are trained as well.
 *
 * [1] He et al.: Masked Autoencoders Are Scalable Vision Learners, arXiv 2111.06377, appendix A.1.
 */
/** Trains a whole encoder of pictures, with a head, to tell classes. Used by one thread. */
public final class Finetune implements AutoCloseable {

  private static final double STARTING_DEVIATION = 2e-5;
  private static final int SKIPPED_IN_A_ROW = 10;
  private static final String HEAD = "head.weight";

  private final FinetuneSettings settings;
  private final ModelDescription description;
  private final ModalitySpec image;
  private final List<String> classes;
  private final Parameters parameters;
  private final PictureClassifier model;
  private final int depth;
  private final Precision precision;
  private final Packer packer;

  private Finetune(
      ModelDescription description,
      ModalitySpec image,
      int depth,
      List<String> classes,
      Parameters parameters,
      PictureClassifier model,
      Precision precision,
      FinetuneSettings settings) {
    this.description = description;
    this.image = image;
    this.depth = depth;
    this.classes = List.copyOf(classes);
    this.parameters = parameters;
    this.model = model;
    this.precision = precision;
    this.settings = settings;
    this.packer = new Packer(List.of(image), PackLimits.NONE);
  }

  /**
   * Starts from the encoder of a trained model, whose tensors are copied; what a classifier needs
   * besides starts fresh.
   *
   * @param trained stays the caller's
   * @param image what it is shown, whose grid may differ from the model's
   * @param classes names by number
   */
  public static Finetune of(
      ImageModel trained, ModalitySpec image, List<String> classes, FinetuneSettings settings) {
    if (!trained.isFourM()) {
      return of(
          trained.encoder(),
          image,
          trained.encoderParameters(),
          classes,
          trained.precision(),
          settings);
    }
    FourMDescription encoder = trained.fourM().encoderOf(List.of(image));
    ModelConfig config =
        encoder.config().toBuilder()
            .positions(Positions.LEARNED)
            .encoderDropPath(settings.dropPath())
            .outputs(classes.size())
            .build();
    FourMDescription description = new FourMDescription(config, encoder.modalities());
    Parameters parameters =
        parameters(
            description,
            config.dim(),
            "output_head.weight",
            trained.parameters(),
            classes,
            settings,
            spec -> trained.startingValues(image, spec));
    return new Finetune(
        description,
        description.modalities().get(0),
        config.encoderDepth(),
        classes,
        parameters,
        new VisionEncoder(config, description.modalities(), parameters),
        trained.precision(),
        settings);
  }

  /**
   * Starts from the encoder of a trained vision transformer, whose tensors are copied.
   *
   * @param encoder of the model
   * @param image what it is shown, whose grid may differ from the encoder's
   * @param trained holds its tensors; what else it holds is left alone, and what a classifier needs
   *     besides starts fresh
   * @param classes names by number
   */
  public static Finetune of(
      VitConfig encoder,
      ModalitySpec image,
      Parameters trained,
      List<String> classes,
      Precision precision,
      FinetuneSettings settings) {
    VitConfig config =
        encoder.toBuilder()
            .positions(Positions.LEARNED)
            .pooling(Pooling.MEAN)
            .dropPath(settings.dropPath())
            .maskToken(false)
            .classes(classes.size())
            .build();
    VitDescription description = new VitDescription(config, image);
    Parameters parameters =
        parameters(
            description,
            config.width(),
            HEAD,
            trained,
            classes,
            settings,
            spec ->
                trained.layout().contains(spec.name())
                        && trained.layout().get(spec.name()).shape().equals(spec.shape())
                    ? Optional.of(trained.read(spec.name()))
                    : Optional.empty());
    return new Finetune(
        description,
        image,
        config.depth(),
        classes,
        parameters,
        new VisionTransformer(config, image, parameters),
        precision,
        settings);
  }

  private static Parameters parameters(
      ModelDescription description,
      int width,
      String head,
      Parameters trained,
      List<String> classes,
      FinetuneSettings settings,
      Function<ParameterSpec, Optional<float[]>> known) {
    ParameterInitialiser initialiser = new ParameterInitialiser(settings.seed());
    return Parameters.create(
        description.layout(),
        trained.device(),
        spec -> {
          if (spec.name().equals(head)) {
            return FloatBuffer.wrap(
                LinearHead.startingWeights(
                    width,
                    classes.size(),
                    STARTING_DEVIATION,
                    new SampleStreams(settings.seed()).stream(0, HEAD, Purpose.SYNTHESIS)));
          }
          return FloatBuffer.wrap(known.apply(spec).orElseGet(() -> initialiser.values(spec)));
        });
  }

  /** Returns what is trained: a model that can be stored. */
  public ModelDescription description() {
    return description;
  }

  /** Returns its tensors. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * Trains, then classifies held-out pictures.
   *
   * @param workers threads that prepare pictures
   * @param progress told the number of steps taken, of {@link #steps}
   * @throws DivergedException if too many steps in a row had to be skipped
   * @throws InterruptedException if the thread is interrupted while it waits for pictures
   */
  public ProbeResult measure(
      LabelledPictures train, LabelledPictures test, int workers, LongConsumer progress)
      throws InterruptedException {
    if (!train.classes().equals(classes) || !test.classes().equals(classes)) {
      throw new IllegalArgumentException(
          "the head tells " + classes + ", the pictures are of " + train.classes());
    }
    fit(train, workers, progress);
    return evaluate(test, workers, train.samples());
  }

  /** Returns how many steps training on some samples takes. */
  public long steps(int samples) {
    return (long) settings.epochs() * (samples / batch(samples));
  }

  private int batch(int samples) {
    return Math.min(settings.batch(), samples);
  }

  private void fit(LabelledPictures train, int workers, LongConsumer progress)
      throws InterruptedException {
    SampleStreams streams = new SampleStreams(settings.seed());
    int batch = batch(train.samples());
    int perEpoch = train.samples() / batch;
    long steps = steps(train.samples());
    WarmUpCosine rate =
        new WarmUpCosine(
            settings.peakRate(batch),
            settings.minRate(),
            settings.warmUpEpochs(),
            settings.epochs(),
            perEpoch);
    ImageBatch images = new ImageBatch(image, batch);
    Mixing mixing = new Mixing(settings.mix(), images.height(), images.width());
    Map<String, NDArray> trainable = new LinkedHashMap<>();
    parameters.trainable().forEach(spec -> trainable.put(spec.name(), parameters.get(spec.name())));
    ParameterGroups groups =
        new ParameterGroups(
            DecayRule.VECTORS_AND_TOKENS_FREE, new LayerDecay(settings.layerDecay(), depth));
    int skipped = 0;
    try (AdamW optimiser = new AdamW(trainable, settings.adamW(), groups, parameters.manager());
        PictureStream pictures = new PictureStream(train, workers)) {
      Order order = new Order(train.samples(), batch, streams);
      int[] next = order.next();
      pictures.prepare(next, order.epoch());
      for (long step = 0; step < steps; step++) {
        int[] samples = next;
        List<PixelImage> seen = pictures.take();
        if (step + 1 < steps) {
          next = order.next();
          pictures.prepare(next, order.epoch());
        }
        List<Mix> mixes = mixing.draw(batch, streams.stream(step, "mix", Purpose.CHOICE));
        try (PackedBatch packed = packer.pack(images.seen(mixed(seen, mixes)));
            StepScope scope = StepScope.open(parameters.manager())) {
          StepResult result =
              model.lossAndGradients(
                  packed,
                  targets(train, samples, mixes, scope),
                  precision,
                  streams.stream(step, "", Purpose.DROP_PATH),
                  scope);
          StepOutcome outcome =
              optimiser.step(
                  scope, result.gradients().list(), rate.at(step), settings.weightDecay());
          skipped = outcome.skipped() ? skipped + 1 : 0;
        }
        if (skipped > SKIPPED_IN_A_ROW) {
          throw new DivergedException(
              step,
              skipped
                  + " steps in a row, up to step "
                  + step
                  + ", had a loss or gradient that is not finite and changed nothing. Lower the"
                  + " learning rate, or clip gradients");
        }
        progress.accept(step + 1);
      }
    }
  }

  /** The samples of steps one after another; the order is drawn anew for every epoch. */
  private static final class Order {
    private final SampleStreams streams;
    private final int batch;
    private int[] order;
    private long epoch = -1;
    private int from;

    Order(int samples, int batch, SampleStreams streams) {
      this.streams = streams;
      this.batch = batch;
      this.order = new int[samples];
      this.from = samples;
    }

    long epoch() {
      return epoch;
    }

    int[] next() {
      if (from + batch > order.length) {
        order = SampleOrder.stored(order.length);
        SampleOrder.shuffle(order, streams.stream(++epoch, "", Purpose.ORDER));
        from = 0;
      }
      int[] samples = Arrays.copyOfRange(order, from, from + batch);
      from += batch;
      return samples;
    }
  }

  private static List<PixelImage> mixed(List<PixelImage> seen, List<Mix> mixes) {
    List<PixelImage> mixed = new ArrayList<>(seen.size());
    for (int row = 0; row < seen.size(); row++) {
      mixed.add(mixes.get(row).apply(seen.get(row), seen.get(mixes.get(row).partner())));
    }
    return mixed;
  }

  private NDArray targets(LabelledPictures train, int[] samples, List<Mix> mixes, StepScope scope) {
    int[] labels = new int[samples.length];
    int[] partners = new int[samples.length];
    double[] own = new double[samples.length];
    for (int row = 0; row < samples.length; row++) {
      Mix mix = mixes.get(row);
      labels[row] = train.label(samples[row]);
      partners[row] = train.label(samples[mix.partner()]);
      own[row] = mix.own();
    }
    float[] shares =
        SoftTargets.mixed(labels, partners, own, classes.size(), settings.labelSmoothing());
    return scope.manager().create(shares, new Shape(samples.length, classes.size()));
  }

  private ProbeResult evaluate(LabelledPictures test, int workers, int trainSamples)
      throws InterruptedException {
    int batch = batch(test.samples());
    ImageBatch images = new ImageBatch(image, batch);
    float[] scores = new float[test.samples() * classes.size()];
    int[] labels = new int[test.samples()];
    double loss = 0;
    try (PictureStream pictures = new PictureStream(test, workers)) {
      pictures.prepare(range(0, batch), 0);
      for (int from = 0; from < test.samples(); from += batch) {
        List<PixelImage> seen = pictures.take();
        int next = from + batch;
        if (next < test.samples()) {
          pictures.prepare(range(next, Math.min(test.samples(), next + batch)), 0);
        }
        try (PackedBatch packed = packer.pack(images.seen(seen));
            StepScope scope = StepScope.open(parameters.manager())) {
          int[] own = new int[seen.size()];
          for (int row = 0; row < own.length; row++) {
            own[row] = test.label(from + row);
          }
          System.arraycopy(own, 0, labels, from, own.length);
          float[] part = model.logits(packed, precision, scope).toFloatArray();
          System.arraycopy(part, 0, scores, from * classes.size(), part.length);
          loss += crossEntropy(part, own);
        }
      }
    }
    Accuracy accuracy = new Accuracy(scores, classes.size(), labels);
    return new ProbeResult(
        "finetune",
        test.samples(),
        accuracy.top(1),
        accuracy.top(5),
        OptionalDouble.of(loss / test.samples()),
        accuracy.perClass(classes),
        said(trainSamples));
  }

  /** Returns the sum over rows. */
  private double crossEntropy(float[] logits, int[] labels) {
    double sum = 0;
    for (int row = 0; row < labels.length; row++) {
      int from = row * classes.size();
      double top = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < classes.size(); i++) {
        top = Math.max(top, logits[from + i]);
      }
      double all = 0;
      for (int i = 0; i < classes.size(); i++) {
        all += Math.exp(logits[from + i] - top);
      }
      sum += top + Math.log(all) - logits[from + labels[row]];
    }
    return sum;
  }

  private static int[] range(int from, int to) {
    int[] range = new int[to - from];
    for (int i = 0; i < range.length; i++) {
      range[i] = from + i;
    }
    return range;
  }

  private Map<String, String> said(int samples) {
    Map<String, String> said = new LinkedHashMap<>();
    said.put("epochs", String.valueOf(settings.epochs()));
    said.put("warm_up_epochs", String.valueOf(settings.warmUpEpochs()));
    said.put("batch", String.valueOf(batch(samples)));
    said.put("peak_rate", String.valueOf(settings.peakRate(batch(samples))));
    said.put("weight_decay", String.valueOf(settings.weightDecay()));
    said.put("layer_decay", String.valueOf(settings.layerDecay()));
    said.put("label_smoothing", String.valueOf(settings.labelSmoothing()));
    said.put("drop_path", String.valueOf(settings.dropPath()));
    said.put("mixup", String.valueOf(settings.mix().mixupAlpha()));
    said.put("cutmix", String.valueOf(settings.mix().cutmixAlpha()));
    said.put("seed", String.valueOf(settings.seed()));
    said.put("train_samples", String.valueOf(samples));
    return said;
  }

  @Override
  public void close() {
    model.close();
    parameters.close();
  }
}
