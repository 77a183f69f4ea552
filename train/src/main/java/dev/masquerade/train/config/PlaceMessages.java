package dev.masquerade.train.config;

import dev.masquerade.masking.place.BlockPlaces;
import dev.masquerade.masking.place.CyclicBlockPlaces;
import dev.masquerade.masking.place.GridPlaces;
import dev.masquerade.masking.place.InverseBlockPlaces;
import dev.masquerade.masking.place.MultiBlockPlaces;
import dev.masquerade.masking.place.PlaceMaker;
import dev.masquerade.masking.place.PrefixPlaces;
import dev.masquerade.masking.place.RandomPlaces;
import dev.masquerade.masking.place.TubePlaces;
import dev.masquerade.proto.run.v1.Masking;
import dev.masquerade.proto.run.v1.PlaceKind;
import dev.masquerade.proto.run.v1.PlaceMasking;

/** Writes the masking of autoencoders down, every default included. */
final class PlaceMessages {

  private PlaceMessages() {}

  static Masking of(TasksConfig config) {
    Masking.Builder masking = Masking.newBuilder();
    masking
        .getTasksBuilder()
        .setVisibleTokens(config.masking().visibleTokens())
        .setAlpha(config.masking().alpha())
        .setSampleTasksUniformly(config.masking().subsets());
    return masking.build();
  }

  static Masking of(PlacesConfig config) {
    return Masking.newBuilder().setPlaces(places(config.maker())).build();
  }

  // A chain of instanceof, not a switch: patterns in switch need Java 21.
  private static PlaceMasking.Builder places(PlaceMaker maker) {
    PlaceMasking.Builder places = PlaceMasking.newBuilder();
    if (maker instanceof RandomPlaces random) {
      return places.setKind(PlaceKind.PLACE_KIND_RANDOM).setRatio(random.ratio().share());
    }
    if (maker instanceof BlockPlaces blocks) {
      return blocks(places.setKind(PlaceKind.PLACE_KIND_BLOCK), blocks);
    }
    if (maker instanceof CyclicBlockPlaces cyclic) {
      return blocks(places.setKind(PlaceKind.PLACE_KIND_CYCLIC_BLOCK), cyclic.blocks());
    }
    if (maker instanceof GridPlaces grid) {
      return places
          .setKind(PlaceKind.PLACE_KIND_GRID)
          .setRatio(grid.ratio().share())
          .setCellPlaces(grid.cell());
    }
    if (maker instanceof InverseBlockPlaces inverse) {
      return places
          .setKind(PlaceKind.PLACE_KIND_INVERSE_BLOCK)
          .setRatio(inverse.ratio().share())
          .setMinAspect(inverse.narrowest())
          .setRoll(inverse.wraps());
    }
    if (maker instanceof PrefixPlaces prefix) {
      return places
          .setKind(PlaceKind.PLACE_KIND_PREFIX)
          .setMinPrefixPlaces(prefix.shortest())
          .setMaxPrefixPlaces(prefix.longest());
    }
    if (maker instanceof TubePlaces tube && tube.frame() instanceof RandomPlaces random) {
      return places
          .setKind(PlaceKind.PLACE_KIND_TUBE)
          .setFrames(tube.frames())
          .setRatio(random.ratio().share());
    }
    if (maker instanceof MultiBlockPlaces blocks) {
      return places
          .setKind(PlaceKind.PLACE_KIND_MULTI_BLOCK)
          .setTargetBlocks(blocks.targets())
          .setMinTargetShare(blocks.targetArea().from())
          .setMaxTargetShare(blocks.targetArea().to())
          .setMinContextShare(blocks.contextArea().from())
          .setMaxContextShare(blocks.contextArea().to())
          .setMinTargetAspect(blocks.targetAspect().from())
          .setMaxTargetAspect(blocks.targetAspect().to())
          .setMinBlockPlaces(blocks.leastKept() + 1);
    }
    throw new IllegalArgumentException("no run file says how to mask by " + maker);
  }

  private static PlaceMasking.Builder blocks(PlaceMasking.Builder places, BlockPlaces blocks) {
    return places
        .setRatio(blocks.ratio().share())
        .setMinBlockPlaces(blocks.shape().smallest())
        .setMinAspect(blocks.shape().narrowest());
  }
}
