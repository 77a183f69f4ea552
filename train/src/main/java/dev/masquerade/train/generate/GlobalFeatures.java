package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.model.sample.SamplingListener;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.train.embed.FeatureExtractor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Vectors by which anything that a model can see is compared with anything else: a modality is
 * predicted, the likeliest of it, and what it stands for is made one vector.
 *
 * <p>Global embeddings ({@code tok_dinov2_global}, {@code tok_imagebind_global}) are taken as their
 * tokenizer decodes them. Frames are averaged over at most 8 x 8 cells, plane by plane. Text is the
 * number of times each token occurs, ids modulo 4,096. Ids that nothing decodes count by their
 * place.
 */
public final class GlobalFeatures implements FeatureExtractor {

  /** Ends the base names of modalities that say something of a whole picture. */
  private static final String GLOBAL = "_global";

  private static final int MOST_CELLS = 8;
  private static final int MOST_COUNTS = 4096;
  private static final int SPREAD = 0x9e3779b1;

  private final Generator generator;
  private final ModalityName via;
  private final ShownPictures pictures;
  private final int width;
  private final String arithmetic;

  /**
   * Prepares.
   *
   * @param generator stays the caller's to close
   * @param via what is predicted, see {@link #usual}
   * @throws GenerationRefusedException if the model sees no pictures
   * @throws IOException if a tokenizer cannot be read
   */
  public GlobalFeatures(Generator generator, ModalityName via) throws IOException {
    this.generator = generator;
    this.via = via;
    this.pictures = new ShownPictures(generator.modalities());
    this.width = vector(blank()).length;
    this.arithmetic = generator.arithmetic(List.of(pictures.name(), via));
  }

  private GeneratedModality blank() {
    ModalitySpec spec = generator.modalities().spec(via);
    int[] ids = new int[spec.layout() instanceof TokenLayout.Grid grid ? grid.places() : 0];
    return new GeneratedModality(via, ids, generator.decode(via, List.of(ids)).get(0));
  }

  /**
   * Returns what is best predicted to compare by: a global embedding where the model has one, else
   * the first target whose ids decode to frames, else the first target.
   */
  public static ModalityName usual(Generator generator) {
    List<ModalityName> targets = generator.modalities().targets();
    for (ModalityName name : targets) {
      if (name.base().endsWith(GLOBAL)) {
        return name;
      }
    }
    for (ModalityName name : targets) {
      if (generator.modalities().find(name).flatMap(ModalityTokenizer::codec).isPresent()) {
        return name;
      }
    }
    if (targets.isEmpty()) {
      throw new GenerationRefusedException("the model has no target to compare by");
    }
    return targets.get(0);
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int imageHeight() {
    return pictures.height();
  }

  @Override
  public int imageWidth() {
    return pictures.width();
  }

  @Override
  public String origin() {
    return generator.stamp()
        + ", "
        + pictures.name()
        + " compared by predicted "
        + via
        + ", "
        + arithmetic;
  }

  @Override
  public float[] features(List<PixelImage> images) {
    List<Prompt> prompts = images.stream().map(pictures::prompt).toList();
    float[] all = new float[images.size() * width];
    List<float[]> vectors = vectors(prompts, Set.of(pictures.name()));
    for (int i = 0; i < vectors.size(); i++) {
      System.arraycopy(vectors.get(i), 0, all, i * width, width);
    }
    return all;
  }

  /** Returns the vector of a query, which may hold what is predicted itself. */
  public float[] query(List<Condition> conditions) {
    for (Condition condition : conditions) {
      Optional<int[]> own = condition.modality().equals(via) ? ids(condition) : Optional.empty();
      if (own.isPresent()) {
        int[] ids = own.get();
        return vector(new GeneratedModality(via, ids, generator.decode(via, List.of(ids)).get(0)));
      }
    }
    Set<ModalityName> shown = Set.copyOf(conditions.stream().map(Condition::modality).toList());
    return vectors(List.of(new Prompt("query", 0, conditions)), shown).get(0);
  }

  private static Optional<int[]> ids(Condition condition) {
    if (condition.tokens() instanceof TokenizedModality.IdGrid grid) {
      return condition.ignored() == null ? Optional.of(grid.ids()) : Optional.empty();
    }
    return condition.tokens() instanceof TokenizedModality.IdSequence sequence
        ? Optional.of(sequence.ids())
        : Optional.empty();
  }

  private List<float[]> vectors(List<Prompt> prompts, Set<ModalityName> shown) {
    SamplingPlan plan = generator.likeliest(shown, List.of(via));
    return generator.generate(prompts, plan, SamplingListener.NONE).stream()
        .map(sample -> vector(sample.modalities().get(0)))
        .toList();
  }

  /** Returns what one modality says, as numbers. */
  private float[] vector(GeneratedModality modality) {
    if (modality.content() instanceof GeneratedContent.Frame frame) {
      return averaged(frame.planes());
    }
    ModalitySpec spec = generator.modalities().spec(via);
    int vocabulary = ((TokenSpace.Discrete) spec.space()).vocabularySize();
    float[] counts = new float[Math.min(MOST_COUNTS, vocabulary)];
    for (int place = 0; place < modality.ids().length; place++) {
      int id = modality.ids()[place];
      if (spec.layout() instanceof TokenLayout.Sequence text) {
        boolean content = id != text.marks().endId() && !text.marks().isSentinel(id);
        counts[id % counts.length] += content ? 1 : 0;
      } else {
        counts[((place * SPREAD + id) * SPREAD >>> 1) % counts.length]++;
      }
    }
    return counts;
  }

  /** Returns the mean of each plane in each cell; of one place, its vector. */
  static float[] averaged(Planes planes) {
    int rows = Math.min(MOST_CELLS, planes.height());
    int columns = Math.min(MOST_CELLS, planes.width());
    float[] sums = new float[planes.channels() * rows * columns];
    int[] counts = new int[rows * columns];
    for (int y = 0; y < planes.height(); y++) {
      for (int x = 0; x < planes.width(); x++) {
        int cell = y * rows / planes.height() * columns + x * columns / planes.width();
        counts[cell]++;
        for (int channel = 0; channel < planes.channels(); channel++) {
          sums[channel * rows * columns + cell] += planes.at(channel, y, x);
        }
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= counts[i % counts.length];
    }
    return sums;
  }
}
