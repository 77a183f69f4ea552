package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.jspecify.annotations.Nullable;

/*
 * A latent is counted for the code it was assigned to before the step; codes move when the step has
 * been taken, once, however many parts a batch was computed in. What replaces a dead code is drawn by
 * a stream that the last part handed over, so a run gives the same codes whether or not it was
 * interrupted.
 *
 * The reference replaces a dead code but leaves its average count, so that the code counts as dead
 * in the next step again, and by distance the new place is forgotten at once. Here a new code starts
 * with the count at which it would just not be dead, and decays from there unless it is used.
 */
/** Codes that follow the latents assigned to them. */
final class EmaCodebook implements Quantizer {

  private static final int CLUSTERING_ROUNDS = 10;

  private final QuantizerConfig.Codebook config;
  private final KernelModule kernels;
  private final NDManager parent;
  private final NDArray codes;
  private final NDArray sizes;
  private final NDArray initialised;
  private final @Nullable NDArray averages;
  private final int books;
  private final int width;
  private final boolean cosine;
  private @Nullable Noted noted;
  private boolean ready;
  private CodeUsage usage = CodeUsage.NONE;

  /** What was noted since the last step, in memory of its own. */
  private static final class Noted {
    final NDManager manager;
    final NDArray counts;
    final NDArray sums;
    final List<NDArray> latents = new ArrayList<>();
    long seed;
    long rows;

    Noted(NDManager parent, int books, int codes, int width) {
      this.manager = parent.newSubManager();
      this.counts = manager.zeros(new Shape(books, codes), DataType.FLOAT32);
      this.sums = manager.zeros(new Shape(books, codes, width), DataType.FLOAT32);
    }
  }

  EmaCodebook(
      QuantizerConfig.Codebook config,
      int latentWidth,
      KernelModule kernels,
      Parameters parameters) {
    this.config = config;
    this.kernels = kernels;
    this.parent = parameters.manager();
    this.books = config.codebooks();
    this.width = latentWidth / books;
    this.codes = parameters.get(VqTensors.CODES);
    this.sizes = parameters.get(VqTensors.CODEBOOK + "cluster_size");
    this.initialised = parameters.get(VqTensors.STARTED);
    this.cosine =
        switch (config.distance()) {
          case COSINE -> true;
          case EUCLIDEAN -> false;
        };
    this.averages = cosine ? null : parameters.get(VqTensors.CODEBOOK + "embed_avg");
  }

  @Override
  public int codes() {
    return config.codes();
  }

  @Override
  public int codebooks() {
    return books;
  }

  private NDArray readied(NDArray latents, StepScope scope) {
    return call(scope, "ready_latents", latents, config.normalisedLatents());
  }

  private NDArray nearest(NDArray latents, StepScope scope) {
    return kernels
        .callWithoutGradients(scope.manager(), "nearest_codes", latents, codes, books, cosine)
        .get(0);
  }

  @Override
  public Quantized quantise(NDArray latents, StepScope scope) {
    return kernels.withoutGradients(
        () -> {
          NDArray ids = nearest(readied(latents, scope), scope);
          return new Quantized(embed(ids, scope), ids, null);
        });
  }

  @Override
  public Quantized train(NDArray latents, UniformRandomProvider rng, StepScope scope) {
    NDArray x = readied(latents, scope);
    if (!ready) {
      if (config.kMeans() && initialised.getFloat(0) == 0) {
        cluster(x, rng, scope);
      }
      ready = true;
    }
    NDArray ids = nearest(x, scope);
    NDArray rows = embed(ids, scope);
    NDArray through = call(scope, "straight_through", x, rows);
    NDArray loss = call(scope, "commitment_loss", x, rows, config.commitment());
    note(x, ids, rng.nextLong(), scope);
    return new Quantized(through, ids, loss);
  }

  private void note(NDArray latents, NDArray ids, long seed, StepScope scope) {
    Noted target = noted;
    if (target == null) {
      target = new Noted(parent, books, codes(), width);
      noted = target;
    }
    kernels.callWithoutGradients(
        scope.manager(), "add_to_codes", target.counts, target.sums, latents, ids, cosine);
    target.rows += latents.getShape().get(0);
    target.seed = seed;
    if (config.deadShare() > 0) {
      NDArray copy = target.manager.create(latents.getShape(), DataType.FLOAT32);
      kernels.callWithoutGradients(scope.manager(), "copy_into", copy, latents);
      target.latents.add(copy);
    }
  }

  @Override
  public NDArray embed(NDArray ids, StepScope scope) {
    return call(scope, "code_rows", codes, ids);
  }

  @Override
  public NDArray table(StepScope scope) {
    return call(scope, "as_table", codes, books);
  }

  @Override
  public void stepped(StepScope scope) {
    Noted moved = noted;
    if (moved == null) {
      return;
    }
    float[] counts = moved.counts.toFloatArray();
    // Numbers that are not finite would stay in the codes for ever.
    if (Float.isFinite(call(scope, "total", moved.sums).getFloat())) {
      move(moved, scope);
      int replaced = config.deadShare() > 0 ? replace(moved, scope) : 0;
      usage = CodeUsage.of(counts, books, replaced);
    }
    skipped();
  }

  private void move(Noted moved, StepScope scope) {
    if (averages == null) {
      update(scope, "move_by_cosine", sizes, codes, moved.counts, moved.sums, config.decay());
    } else {
      update(
          scope,
          "move_by_distance",
          sizes,
          codes,
          averages,
          moved.counts,
          moved.sums,
          config.decay());
    }
  }

  /** Returns how many codes were replaced. */
  private int replace(Noted moved, StepScope scope) {
    double least = config.deadShare() * moved.rows / codes();
    float[] size = sizes.toFloatArray();
    int dead = 0;
    long[] places = new long[size.length];
    for (int i = 0; i < size.length; i++) {
      if (size[i] < least) {
        places[dead++] = i;
      }
    }
    if (dead == 0) {
      return 0;
    }
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(moved.seed);
    long[] rows = Arrays.copyOf(places, dead);
    NDArray latents = join(moved.latents, scope);
    NDArray at = scope.manager().create(rows);
    NDArray chosen = scope.manager().create(draw(rows, moved.rows, rng));
    update(scope, "put_latents", codes, at, latents, chosen, cosine, 1.0);
    if (averages != null) {
      update(scope, "put_latents", averages, at, latents, chosen, cosine, least);
    }
    update(scope, "put_number", sizes, at, least);
    return dead;
  }

  /** Draws for each code a latent's share, {@code latent x H + codebook}; twice one only if few. */
  private long[] draw(long[] rows, long latents, UniformRandomProvider rng) {
    long[] chosen = new long[rows.length];
    int[] order = new int[0];
    for (int i = 0; i < rows.length; i++) {
      int turn = (int) (i % latents);
      if (turn == 0) {
        order = new int[(int) latents];
        for (int k = 0; k < order.length; k++) {
          order[k] = k;
        }
      }
      int other = turn + rng.nextInt(order.length - turn);
      int latent = order[other];
      order[other] = order[turn];
      order[turn] = latent;
      chosen[i] = (long) latent * books + rows[i] / codes();
    }
    return chosen;
  }

  private NDArray join(List<NDArray> parts, StepScope scope) {
    return parts.size() == 1 ? parts.get(0) : call(scope, "join_all", new NDList(parts));
  }

  /** Starts codes as means of clusters of latents (K, d). */
  private void cluster(NDArray latents, UniformRandomProvider rng, StepScope scope) {
    kernels.withoutGradients(
        () -> {
          long[] every = new long[books * codes()];
          for (int i = 0; i < every.length; i++) {
            every[i] = i;
          }
          NDArray rows = scope.manager().create(every);
          NDArray start = scope.manager().create(draw(every, latents.getShape().get(0), rng));
          update(scope, "put_latents", codes, rows, latents, start, cosine, 1.0);
          for (int round = 0; round < CLUSTERING_ROUNDS; round++) {
            try (StepScope part = StepScope.open(scope.manager())) {
              NDArray counts = part.manager().zeros(sizes.getShape(), DataType.FLOAT32);
              NDArray sums = part.manager().zeros(codes.getShape(), DataType.FLOAT32);
              NDArray ids = nearest(latents, part);
              update(part, "add_to_codes", counts, sums, latents, ids, cosine);
              update(part, "move_means", codes, counts, sums, cosine);
              update(part, "copy_into", sizes, counts);
            }
          }
          if (averages != null) {
            update(scope, "weigh_codes", averages, codes, sizes);
          }
          update(scope, "put_number", initialised, scope.manager().create(new long[] {0}), 1.0);
          return initialised;
        });
  }

  @Override
  public void skipped() {
    if (noted != null) {
      noted.manager.close();
      noted = null;
    }
  }

  @Override
  public CodeUsage usage() {
    return usage;
  }

  private void update(StepScope scope, String method, @Nullable Object... arguments) {
    kernels.callWithoutGradients(scope.manager(), method, arguments);
  }

  private NDArray call(StepScope scope, String method, @Nullable Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }

  @Override
  public void close() {
    skipped();
  }
}
