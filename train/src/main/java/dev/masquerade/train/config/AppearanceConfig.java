package dev.masquerade.train.config;

import dev.masquerade.data.augment.Photometric;
import dev.masquerade.data.augment.RandAugment;
import dev.masquerade.data.augment.RandomErasing;
import dev.masquerade.data.augment.ResizedCentreCrop;
import dev.masquerade.data.augment.Retoucher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is done to pictures beside cropping and flipping.
 *
 * @param photometric changes of colour by view; the last holds for all views after it
 * @param randAugment operations drawn at random
 * @param erasing rectangles of noise
 * @param evaluation what evaluation looks at, where it is not the largest centred square
 */
public record AppearanceConfig(
    List<Photometric> photometric,
    Optional<RandAugment> randAugment,
    Optional<RandomErasing> erasing,
    Optional<ResizedCentreCrop> evaluation) {

  /** Leaves pictures as they are. */
  public static final AppearanceConfig NONE =
      new AppearanceConfig(List.of(), Optional.empty(), Optional.empty(), Optional.empty());

  public AppearanceConfig {
    photometric = List.copyOf(photometric);
  }

  /** Returns what is done to a view in training, in order: the strongest first, noise last. */
  List<Retoucher> retouchers(int view) {
    List<Retoucher> retouchers = new ArrayList<>();
    randAugment.ifPresent(retouchers::add);
    if (!photometric.isEmpty()) {
      retouchers.add(photometric.get(Math.min(view, photometric.size() - 1)));
    }
    erasing.ifPresent(retouchers::add);
    return retouchers;
  }
}
