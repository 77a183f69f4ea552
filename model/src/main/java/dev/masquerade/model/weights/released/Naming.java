package dev.masquerade.model.weights.released;

import java.util.Optional;

/** Schemes in which weights can be written. */
public enum Naming {
  /** Names of MAE and timm, which are ours. */
  MAE("MAE/timm", NameMaps.TIMM.and(NameMaps.MAE_DECODER)),
  /** Names of torchvision; decoders as Lightly puts them beside a torchvision encoder. */
  TORCHVISION("torchvision", NameMaps.TORCHVISION.and(NameMaps.LIGHTLY_TORCHVISION_DECODER)),
  /** Names of Lightly's models on timm: encoder below {@code backbone.vit.}, then its decoder. */
  LIGHTLY("Lightly", NameMaps.TIMM.under("backbone.vit.").and(NameMaps.LIGHTLY_DECODER));

  private final String title;
  private final NameMap map;

  Naming(String title, NameMap map) {
    this.title = title;
    this.map = map;
  }

  /** Returns what the scheme is called in messages. */
  public String title() {
    return title;
  }

  /** Returns the table from its names to ours. */
  public NameMap map() {
    return map;
  }

  /**
   * Returns the name of one of our tensors in this scheme, or empty where it has no place for it.
   */
  public Optional<String> name(String ours) {
    return map.theirs(ours);
  }
}
