package dev.masquerade.model.codec.diffusion;

import dev.masquerade.model.weights.InitRule;
import dev.masquerade.model.weights.LayoutCollector;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of a U-Net. Whatever is added to a residual stream, and the last convolution, starts
 * at 0; other convolutions start uniform in the inverse root of what they sum over.
 */
final class UnetLayout {

  private final LayoutCollector layout = new LayoutCollector();

  private UnetLayout() {}

  /** Lays out a U-Net under the names of the published decoders. */
  static ParameterLayout of(UnetConfig config) {
    UnetLayout all = new UnetLayout();
    all.layout.linear("time_embed.0", config.width(), config.momentWidth());
    all.layout.linear("time_embed.2", config.momentWidth(), config.momentWidth());
    UnetPart.of(config).forEach(part -> all.part(part, config.momentWidth()));
    int first = config.width() * config.multipliers().get(0);
    all.layout.norm("out.0", first);
    all.still("out.2", first, config.channels() * config.patch() * config.patch(), 3, 3);
    return all.layout.layout();
  }

  /** Returns the names of a part's tensors in the order in which kernels take them. */
  static List<String> names(UnetPart part) {
    List<String> ends =
        switch (part.kind()) {
          case CONVOLVE, HALVE, DOUBLE -> List.of("");
          case RESIDUAL ->
              List.of(
                  ".in_layers.0",
                  ".in_layers.2",
                  ".emb_layers.1",
                  ".out_layers.0",
                  ".out_layers.3",
                  ".skip_connection");
          case ATTEND -> List.of(".norm", ".qkv", ".proj_out");
          case KEEP, JOIN -> List.of();
        };
    List<String> names = new ArrayList<>();
    for (String end : ends) {
      names.add(part.name() + end + ".weight");
      names.add(part.name() + end + ".bias");
    }
    return names;
  }

  private void part(UnetPart part, int momentWidth) {
    String name = part.name();
    int inputs = part.inputs();
    int outputs = part.outputs();
    switch (part.kind()) {
      case CONVOLVE, HALVE, DOUBLE -> convolution(name, inputs, outputs, 3, 3);
      case RESIDUAL -> {
        layout.norm(name + ".in_layers.0", inputs);
        convolution(name + ".in_layers.2", inputs, outputs, 3, 3);
        layout.linear(name + ".emb_layers.1", momentWidth, outputs);
        layout.norm(name + ".out_layers.0", outputs);
        still(name + ".out_layers.3", outputs, outputs, 3, 3);
        if (inputs != outputs) {
          convolution(name + ".skip_connection", inputs, outputs, 1, 1);
        }
      }
      case ATTEND -> {
        layout.norm(name + ".norm", inputs);
        convolution(name + ".qkv", inputs, 3L * inputs, 1);
        still(name + ".proj_out", inputs, inputs, 1);
      }
      case KEEP, JOIN -> {}
    }
  }

  private void convolution(String name, long inputs, long outputs, long... edges) {
    long summed = inputs;
    for (long edge : edges) {
      summed *= edge;
    }
    InitRule rule = new InitRule.Uniform(1 / Math.sqrt(summed));
    layout.weight(name + ".weight", rule, shape(inputs, outputs, edges));
    layout.weight(name + ".bias", rule, outputs);
  }

  private void still(String name, long inputs, long outputs, long... edges) {
    InitRule zero = new InitRule.Constant(0);
    layout.weight(name + ".weight", zero, shape(inputs, outputs, edges));
    layout.weight(name + ".bias", zero, outputs);
  }

  private static long[] shape(long inputs, long outputs, long... edges) {
    long[] shape = new long[2 + edges.length];
    shape[0] = outputs;
    shape[1] = inputs;
    System.arraycopy(edges, 0, shape, 2, edges.length);
    return shape;
  }
}
