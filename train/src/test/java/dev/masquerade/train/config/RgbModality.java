package dev.masquerade.train.config;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import java.util.Set;

/** Colours as the catalogue would give them. */
final class RgbModality {

  private RgbModality() {}

  static ModalitySpec of(int edge, int patch) {
    return new ModalitySpec(
        new ModalityName("rgb@" + edge),
        new TokenSpace.Pixels(patch, ChannelStatistics.IMAGENET),
        new TokenLayout.Grid(edge / patch, edge / patch),
        Set.of(Role.INPUT));
  }
}
