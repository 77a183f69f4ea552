package dev.masquerade.model.codec.diffusion;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One part of a U-Net, in the order in which a map goes through.
 *
 * @param kind what it does
 * @param name prefix of its tensors, without a dot at the end; empty where it has none
 * @param inputs channels it takes
 * @param outputs channels it gives
 */
record UnetPart(Kind kind, String name, int inputs, int outputs) {

  /** What a part does; kernels know the kinds by their order. */
  enum Kind {
    CONVOLVE,
    RESIDUAL,
    ATTEND,
    HALVE,
    DOUBLE,
    KEEP,
    JOIN
  }

  /**
   * Returns the parts between the embedding of time and the last norm, named as in the published
   * layout: every entry of {@code input_blocks} is kept, and joined again by the entry of {@code
   * output_blocks} that mirrors it.
   */
  static List<UnetPart> of(UnetConfig config) {
    return new Walk(config).all();
  }

  private static final class Walk {
    private final UnetConfig config;
    private final List<UnetPart> parts = new ArrayList<>();
    private final Deque<Integer> kept = new ArrayDeque<>();
    private int channels;
    private int smaller = 1;

    Walk(UnetConfig config) {
      this.config = config;
      this.channels =
          config.channels() * config.patch() * config.patch() + config.conditionChannels();
    }

    List<UnetPart> all() {
      down();
      add(Kind.RESIDUAL, "middle_block.0", channels);
      add(Kind.ATTEND, "middle_block.1", channels);
      add(Kind.RESIDUAL, "middle_block.2", channels);
      up();
      return parts;
    }

    private void down() {
      int block = 0;
      add(Kind.CONVOLVE, "input_blocks.0.0", width(0));
      keep();
      for (int level = 0; level < config.multipliers().size(); level++) {
        if (level > 0) {
          block++;
          add(Kind.HALVE, "input_blocks." + block + ".0.op", channels);
          keep();
          smaller *= 2;
        }
        for (int i = 0; i < config.residualBlocks(); i++) {
          block++;
          add(Kind.RESIDUAL, "input_blocks." + block + ".0", width(level));
          attend("input_blocks." + block + ".1");
          keep();
        }
      }
    }

    private void up() {
      int block = 0;
      for (int level = config.multipliers().size() - 1; level >= 0; level--) {
        for (int i = 0; i <= config.residualBlocks(); i++) {
          String name = "output_blocks." + block + ".";
          int number = 0;
          join();
          add(Kind.RESIDUAL, name + number++, width(level));
          if (attend(name + number)) {
            number++;
          }
          if (level > 0 && i == config.residualBlocks()) {
            add(Kind.DOUBLE, name + number + ".conv", channels);
            smaller /= 2;
          }
          block++;
        }
      }
    }

    private int width(int level) {
      return config.width() * config.multipliers().get(level);
    }

    private boolean attend(String name) {
      boolean attends = config.attentionAt().contains(smaller);
      if (attends) {
        add(Kind.ATTEND, name, channels);
      }
      return attends;
    }

    private void keep() {
      kept.push(channels);
      add(Kind.KEEP, "", channels);
    }

    private void join() {
      add(Kind.JOIN, "", channels + kept.pop());
    }

    private void add(Kind kind, String name, int outputs) {
      parts.add(new UnetPart(kind, name, channels, outputs));
      channels = outputs;
    }
  }
}
