package dev.masquerade.train.reconstruct;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.util.Locale;

/**
 * Errors over removed patches of held-out pictures: means of squared differences of pixels, in
 * units of the modality's normalisation.
 *
 * @param run name of the run
 * @param step of the checkpoint
 * @param samples held-out pictures measured
 * @param model error of the model's predictions
 * @param meanPatch error of the mean training patch of each place, which needs no input
 * @param seenMean error of the mean of each picture's seen patches
 */
public record ReconstructionReport(
    String run, long step, int samples, double model, double meanPatch, double seenMean) {

  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  /** Returns the smaller error of the two answers without a network. */
  public double baseline() {
    return Math.min(meanPatch, seenMean);
  }

  /** Returns by which part of the baseline's error the model's is smaller; negative if larger. */
  public double improvement() {
    return 1 - model / baseline();
  }

  /** Returns {@code reconstruction.json}. */
  public String json() {
    JsonObject json = new JsonObject();
    json.addProperty("run", run);
    json.addProperty("step", step);
    json.addProperty("samples", samples);
    json.addProperty("mean_squared_error", model);
    json.addProperty("mean_patch_error", meanPatch);
    json.addProperty("seen_mean_error", seenMean);
    return GSON.toJson(json) + "\n";
  }

  /** Returns lines for people. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "squared error over removed patches of %d held-out pictures: %.3f%n"
            + "  mean training patch of each place  %.3f%n"
            + "  mean of the picture's seen patches %.3f%n"
            + "  better than the best of these by   %.0f %%",
        samples,
        model,
        meanPatch,
        seenMean,
        100 * improvement());
  }
}
