package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.masking.place.BlockPlaces;
import dev.masquerade.masking.place.BlockShape;
import dev.masquerade.masking.place.CyclicBlockPlaces;
import dev.masquerade.masking.place.GridPlaces;
import dev.masquerade.masking.place.InverseBlockPlaces;
import dev.masquerade.masking.place.MaskRatio;
import dev.masquerade.masking.place.MultiBlockPlaces;
import dev.masquerade.masking.place.PlaceMaker;
import dev.masquerade.masking.place.PrefixPlaces;
import dev.masquerade.masking.place.RandomPlaces;
import dev.masquerade.masking.place.TubePlaces;
import dev.masquerade.proto.run.v1.PlaceKind;
import dev.masquerade.proto.run.v1.PlaceMasking;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoublePredicate;

/** Reads how places are hidden. */
final class PlacesReader {

  private static final DoublePredicate INSIDE_ONE = value -> value > 0 && value < 1;
  private static final DoublePredicate UP_TO_ONE = value -> value > 0 && value <= 1;
  private static final double USUAL_RATIO = 0.75;

  private final PlaceMasking message;
  private final FieldProblems at;
  private final NumberFields numbers;
  private final PlaceKind kind;

  PlacesReader(PlaceMasking message, FieldProblems at) {
    this.message = message;
    this.at = at;
    this.numbers = new NumberFields(message, at);
    this.kind =
        switch (message.getKind()) {
          case PLACE_KIND_UNSPECIFIED, UNRECOGNIZED -> PlaceKind.PLACE_KIND_RANDOM;
          default -> message.getKind();
        };
  }

  /** Returns the mask maker; what is wrong with it is reported. */
  PlaceMaker read() {
    refuseForeignFields();
    return switch (kind) {
      case PLACE_KIND_UNSPECIFIED, UNRECOGNIZED, PLACE_KIND_RANDOM -> new RandomPlaces(ratio());
      case PLACE_KIND_BLOCK -> blocks();
      case PLACE_KIND_GRID -> new GridPlaces(ratio(), numbers.count("cell_places", 1, 2));
      case PLACE_KIND_INVERSE_BLOCK -> {
        double narrowest = aspect(0.5);
        yield new InverseBlockPlaces(
            ratio(), narrowest, 1 / narrowest, !message.hasRoll() || message.getRoll());
      }
      case PLACE_KIND_PREFIX -> prefix();
      case PLACE_KIND_TUBE ->
          new TubePlaces(
              numbers.requiredCount(
                  "frames", 1, "is missing; say how many frames a sample has, for example 8."),
              new RandomPlaces(ratio()));
      case PLACE_KIND_CYCLIC_BLOCK -> new CyclicBlockPlaces(blocks());
      case PLACE_KIND_MULTI_BLOCK -> multiBlock();
    };
  }

  private static Map<String, Set<PlaceKind>> owners() {
    Set<PlaceKind> prefix = Set.of(PlaceKind.PLACE_KIND_PREFIX);
    Set<PlaceKind> multiple = Set.of(PlaceKind.PLACE_KIND_MULTI_BLOCK);
    Map<String, Set<PlaceKind>> owners = new LinkedHashMap<>();
    owners.put(
        "ratio",
        Set.of(
            PlaceKind.PLACE_KIND_RANDOM,
            PlaceKind.PLACE_KIND_BLOCK,
            PlaceKind.PLACE_KIND_GRID,
            PlaceKind.PLACE_KIND_INVERSE_BLOCK,
            PlaceKind.PLACE_KIND_TUBE,
            PlaceKind.PLACE_KIND_CYCLIC_BLOCK));
    owners.put("cell_places", Set.of(PlaceKind.PLACE_KIND_GRID));
    owners.put("frames", Set.of(PlaceKind.PLACE_KIND_TUBE));
    owners.put("min_prefix_places", prefix);
    owners.put("max_prefix_places", prefix);
    owners.put(
        "min_block_places",
        Set.of(
            PlaceKind.PLACE_KIND_BLOCK,
            PlaceKind.PLACE_KIND_CYCLIC_BLOCK,
            PlaceKind.PLACE_KIND_MULTI_BLOCK));
    owners.put(
        "min_aspect",
        Set.of(
            PlaceKind.PLACE_KIND_BLOCK,
            PlaceKind.PLACE_KIND_CYCLIC_BLOCK,
            PlaceKind.PLACE_KIND_INVERSE_BLOCK));
    owners.put("roll", Set.of(PlaceKind.PLACE_KIND_INVERSE_BLOCK));
    for (String field :
        List.of(
            "target_blocks",
            "min_target_share",
            "max_target_share",
            "min_context_share",
            "max_context_share",
            "min_target_aspect",
            "max_target_aspect")) {
      owners.put(field, multiple);
    }
    return owners;
  }

  private void refuseForeignFields() {
    owners()
        .forEach(
            (field, kinds) -> {
              if (!kinds.contains(kind) && numbers.has(field)) {
                at.report(
                    field,
                    "belongs to "
                        + String.join(", ", kinds.stream().map(PlaceKind::name).sorted().toList())
                        + ", not to "
                        + kind
                        + "; take it out, or change kind.");
              }
            });
  }

  private MaskRatio ratio() {
    return new MaskRatio(
        numbers.real(
            "ratio",
            INSIDE_ONE,
            "more than 0, so that something is hidden, and less than 1, so that something is seen",
            USUAL_RATIO));
  }

  private double aspect(double usual) {
    return numbers.real("min_aspect", UP_TO_ONE, "more than 0 and at most 1", usual);
  }

  private BlockPlaces blocks() {
    return new BlockPlaces(
        ratio(), BlockShape.ofAspect(numbers.count("min_block_places", 1, 4), aspect(0.3)));
  }

  private PrefixPlaces prefix() {
    int longest =
        numbers.requiredCount(
            "max_prefix_places",
            1,
            "is missing; say how many places the longest prefix keeps, for example 128.");
    int shortest = numbers.count("min_prefix_places", 1, 1);
    if (shortest > longest) {
      at.report("min_prefix_places", shortest + " is more than max_prefix_places " + longest + ".");
      return new PrefixPlaces(longest, longest);
    }
    return new PrefixPlaces(shortest, longest);
  }

  private MultiBlockPlaces multiBlock() {
    MultiBlockPlaces usual = MultiBlockPlaces.DEFAULT;
    return new MultiBlockPlaces(
        numbers.count("target_blocks", 1, usual.targets()),
        1,
        span("target_share", UP_TO_ONE, "more than 0 and at most 1", usual.targetArea()),
        span("context_share", UP_TO_ONE, "more than 0 and at most 1", usual.contextArea()),
        span("target_aspect", NumberFields.POSITIVE, "more than 0", usual.targetAspect()),
        numbers.count("min_block_places", 1, usual.leastKept() + 1) - 1);
  }

  private MultiBlockPlaces.Span span(
      String what, DoublePredicate allowed, String range, MultiBlockPlaces.Span usual) {
    double from = numbers.real("min_" + what, allowed, range, usual.from());
    double to = numbers.real("max_" + what, allowed, range, usual.to());
    if (from > to) {
      at.report(
          numbers.has("min_" + what) ? "min_" + what : "max_" + what,
          "the least, " + from + ", is more than the largest, " + to + ".");
      return usual;
    }
    return new MultiBlockPlaces.Span(from, to);
  }
}
