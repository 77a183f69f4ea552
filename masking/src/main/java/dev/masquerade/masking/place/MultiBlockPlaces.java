package dev.masquerade.masking.place;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Several blocks to predict, and blocks of context that hold nothing of them: the masking of
 * I-JEPA. Places outside all blocks are dropped.
 *
 * <p>Context that keeps too few places after the targets are taken out is drawn again. After
 * {@value #PATIENCE} times one target less is taken out, so that a draw always ends.
 *
 * <p>Two things differ from the reference on purpose. Its blocks never reach the last row and
 * column, ours do. And it cuts all rows of a batch to the shortest, from the bottom of the picture,
 * ours keep their own number of places.
 *
 * @param targets number of blocks to predict
 * @param contexts number of blocks of context
 * @param targetArea share of places in a block to predict
 * @param contextArea share of places in a block of context, before targets are taken out
 * @param targetAspect height / width of blocks to predict; context is square
 * @param leastKept a block holds more places than this
 * @see <a href="https://arxiv.org/abs/2301.08243">Self-Supervised Learning from Images with a
 *     Joint-Embedding Predictive Architecture</a>
 */
public record MultiBlockPlaces(
    int targets, int contexts, Span targetArea, Span contextArea, Span targetAspect, int leastKept)
    implements PlaceMaker {

  private static final int PATIENCE = 20;

  /** The choices of the I-JEPA paper. */
  public static final MultiBlockPlaces DEFAULT =
      new MultiBlockPlaces(4, 1, new Span(0.15, 0.2), new Span(0.85, 1), new Span(0.75, 1.5), 4);

  public MultiBlockPlaces {
    if (targets < 1 || contexts < 1) {
      throw new IllegalArgumentException(
          "multi-block masks need at least 1 target and 1 context, was "
              + targets
              + " and "
              + contexts);
    }
    if (leastKept < 0) {
      throw new IllegalArgumentException("leastKept must be at least 0, was " + leastKept);
    }
    if (targetArea.to() > 1 || contextArea.to() > 1) {
      throw new IllegalArgumentException(
          "blocks hold at most all places, a share of 1; was up to "
              + Math.max(targetArea.to(), contextArea.to()));
    }
  }

  /**
   * A range of real numbers.
   *
   * @param from above 0
   * @param to at least {@code from}
   */
  public record Span(double from, double to) {
    public Span {
      if (!(from > 0 && from <= to && to < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "a range needs 0 < from <= to, was " + from + " to " + to);
      }
    }

    double at(double unit) {
      return from + unit * (to - from);
    }
  }

  /**
   * Edges of the blocks of one sample, in places.
   *
   * @param targetHeight of blocks to predict
   * @param targetWidth of blocks to predict
   * @param contextHeight of blocks of context
   * @param contextWidth of blocks of context
   */
  public record Sizes(int targetHeight, int targetWidth, int contextHeight, int contextWidth) {}

  /**
   * The blocks of one sample, each an ascending list of places.
   *
   * @param contexts what encoders see
   * @param targets what is predicted; they may share places
   */
  public record Blocks(List<int[]> contexts, List<int[]> targets) {}

  @Override
  public List<String> problems(PlaceGrid grid) {
    List<String> problems = new ArrayList<>();
    if (contexts > 1) {
      problems.add("one encoder sees one context, not " + contexts);
    }
    reportSmall("context", contextArea, new Span(1, 1), grid, problems);
    reportSmall("target", targetArea, targetAspect, grid, problems);
    return problems;
  }

  private void reportSmall(
      String which, Span area, Span aspect, PlaceGrid grid, List<String> problems) {
    int least = Integer.MAX_VALUE;
    // Area and aspect come from one draw; a fine comb over it meets every rounded size.
    for (int i = 0; i <= 1_000; i++) {
      int[] edges = edges(grid, area, aspect, i / 1_000.0);
      least = Math.min(least, edges[0] * edges[1]);
    }
    if (least <= leastKept) {
      problems.add(
          "a "
              + which
              + " block can hold only "
              + least
              + " of the "
              + grid.places()
              + " places, but must hold more than "
              + leastKept
              + ". Enlarge the blocks, or use smaller patches");
    }
  }

  @Override
  public void choose(PlaceGrid grid, PlaceDraws draws, PlaceChoice into) {
    Blocks blocks = blocks(grid, sizes(grid, draws), draws);
    boolean[] listed = new boolean[grid.places()];
    int next = 0;
    for (int place : blocks.contexts().get(0)) {
      listed[place] = true;
      into.order()[next++] = place;
    }
    int seen = next;
    for (int[] target : blocks.targets()) {
      for (int place : target) {
        if (!listed[place]) {
          listed[place] = true;
          into.order()[next++] = place;
        }
      }
    }
    into.set(seen, next - seen);
    for (int place = 0; place < listed.length; place++) {
      if (!listed[place]) {
        into.order()[next++] = place;
      }
    }
  }

  /** Draws how large blocks are; the reference does so once for a batch. */
  public Sizes sizes(PlaceGrid grid, PlaceDraws draws) {
    int[] target = edges(grid, targetArea, targetAspect, draws.unit());
    int[] context = edges(grid, contextArea, new Span(1, 1), draws.unit());
    return new Sizes(target[0], target[1], context[0], context[1]);
  }

  private static int[] edges(PlaceGrid grid, Span area, Span aspect, double unit) {
    int places = (int) (grid.places() * area.at(unit));
    double ratio = aspect.at(unit);
    int height = (int) Math.rint(Math.sqrt(places * ratio));
    int width = (int) Math.rint(Math.sqrt(places / ratio));
    return new int[] {
      Math.min(height, Math.max(1, grid.rows() - 1)),
      Math.min(width, Math.max(1, grid.columns() - 1))
    };
  }

  /** Draws where the blocks of one sample lie. */
  public Blocks blocks(PlaceGrid grid, Sizes sizes, PlaceDraws draws) {
    List<int[]> predicted = new ArrayList<>();
    List<boolean[]> covers = new ArrayList<>();
    for (int i = 0; i < targets; i++) {
      boolean[] block = block(grid, sizes.targetHeight(), sizes.targetWidth(), List.of(), draws);
      covers.add(block);
      predicted.add(listed(block));
    }
    List<int[]> seen = new ArrayList<>();
    for (int i = 0; i < contexts; i++) {
      seen.add(listed(block(grid, sizes.contextHeight(), sizes.contextWidth(), covers, draws)));
    }
    return new Blocks(seen, predicted);
  }

  private boolean[] block(
      PlaceGrid grid, int height, int width, List<boolean[]> without, PlaceDraws draws) {
    int respected = without.size();
    boolean[] block = new boolean[grid.places()];
    for (int attempt = 1; ; attempt++) {
      Arrays.fill(block, false);
      int top = draws.below(grid.rows() - height + 1);
      int left = draws.below(grid.columns() - width + 1);
      int count = 0;
      for (int y = top; y < top + height; y++) {
        for (int x = left; x < left + width; x++) {
          int place = y * grid.columns() + x;
          block[place] = isFree(place, without, respected);
          count += block[place] ? 1 : 0;
        }
      }
      if (count > leastKept) {
        return block;
      }
      if (attempt % PATIENCE == 0) {
        if (respected == 0) {
          throw new IllegalArgumentException(
              "a block of "
                  + height
                  + " x "
                  + width
                  + " places never holds more than "
                  + leastKept
                  + ". Enlarge the blocks, or use smaller patches");
        }
        respected--;
      }
    }
  }

  private static boolean isFree(int place, List<boolean[]> covers, int respected) {
    for (int i = 0; i < respected; i++) {
      if (covers.get(i)[place]) {
        return false;
      }
    }
    return true;
  }

  private static int[] listed(boolean[] block) {
    int count = 0;
    int[] places = new int[block.length];
    for (int place = 0; place < block.length; place++) {
      if (block[place]) {
        places[count++] = place;
      }
    }
    return Arrays.copyOf(places, count);
  }
}
