package dev.masquerade.model.weights.released;

import dev.masquerade.model.weights.TensorSource;
import java.util.Locale;
import java.util.Map;

/** What a decoder was taught to predict. Names and shapes of tensors do not tell. */
public enum TargetPixels {
  /** Pixels as they are. */
  RAW("pixels as they are"),
  /** Pixels of each patch with its mean taken off and divided by its deviation. */
  NORMALISED("pixels normalised in each patch"),
  /** Neither the file's name nor what stands beside the tensors says it. */
  UNKNOWN("pixels as they are or normalised in each patch: the file does not say which");

  private final String title;

  TargetPixels(String title) {
    this.title = title;
  }

  /** Returns the words for it. */
  public String title() {
    return title;
  }

  /**
   * Tells what a file's decoder predicts from the training program's arguments if they are in the
   * file, or else from its name: released {@code mae_visualize_*} predict raw pixels, {@code
   * *_full} normalised ones.
   */
  static TargetPixels of(TensorSource file) {
    Map<String, String> metadata = file.metadata();
    String argument = metadata.getOrDefault("args.norm_pix_loss", "");
    if (argument.equals("true") || argument.equals("false")) {
      return argument.equals("true") ? NORMALISED : RAW;
    }
    String name = String.valueOf(file.path().getFileName()).toLowerCase(Locale.ROOT);
    if (name.startsWith("mae_visualize_")) {
      return RAW;
    }
    return name.startsWith("mae_pretrain_") && name.contains("_full") ? NORMALISED : UNKNOWN;
  }
}
