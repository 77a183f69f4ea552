package dev.masquerade.model.weights.released;

import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.released.RecognisedWeights.Encoder;
import dev.masquerade.model.weights.released.RecognisedWeights.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a model in a file: the patch embedding, whose name and shape are unmistakable, says where
 * the encoder is and by which scheme it is named; a decoder is looked for beside and above it.
 */
final class Recognition {

  private static final Pattern PATCHES =
      Pattern.compile("(.*?)(patch_embed\\.proj|conv_proj)\\.weight");
  private static final Pattern ADAPTER =
      Pattern.compile("(.*?)input_adapters\\.[^.]+\\.proj\\.weight");
  private static final Pattern EMBEDDING =
      Pattern.compile("(?:.*\\.)?(?:encoder|decoder)_embeddings\\..+\\.mod_emb");

  /** Second copies of a model within one file come after the model itself. */
  private static final Pattern COPY = Pattern.compile(".*(momentum|teacher|target|ema).*");

  /** No file has so many models in it; one made to do harm might. */
  private static final int MOST_COPIES = 64;

  private final TensorSource file;
  private final List<String> names;
  private final Map<String, String> stored = new LinkedHashMap<>();

  Recognition(TensorSource file) {
    this.file = file;
    this.names = file.tensors().stream().map(TensorEntry::name).toList();
  }

  RecognisedWeights result() {
    Optional<Matcher> adapter = anchor(ADAPTER);
    if (adapter.isPresent()) {
      return multiMae(adapter.get().group(1));
    }
    Optional<Matcher> patches = anchor(PATCHES);
    if (patches.isPresent()) {
      return visionTransformer(patches.get().group(1), patches.get().group(2).equals("conv_proj"));
    }
    boolean fourM = names.stream().anyMatch(name -> EMBEDDING.matcher(name).matches());
    if (fourM) {
      return nothing(Kind.FOUR_M);
    }
    boolean tokenizer = names.stream().anyMatch(ModelParts::isTokenizers);
    return nothing(tokenizer ? Kind.TOKENIZER : Kind.OTHER);
  }

  /** Finds the tensor with four axes that fits and has most of the file's names beside it. */
  private Optional<Matcher> anchor(Pattern pattern) {
    return names.stream()
        .filter(name -> file.find(name).filter(entry -> entry.shape().size() == 4).isPresent())
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .limit(MOST_COPIES)
        .min(
            Comparator.comparing((Matcher found) -> COPY.matcher(found.group(1)).matches())
                .thenComparing(found -> -beside(found.group(1)))
                .thenComparing(found -> found.group().length())
                .thenComparing(found -> found.group()));
  }

  private long beside(String prefix) {
    return names.stream().filter(name -> name.startsWith(prefix)).count();
  }

  private RecognisedWeights visionTransformer(String prefix, boolean torchvision) {
    NameMap map = torchvision ? NameMaps.TORCHVISION : NameMaps.TIMM;
    take(prefix, map);
    decoder(prefix);
    if (!stored.containsKey("mask_token")) {
      takeMaskToken(prefix);
    }
    int depth = blocks("blocks");
    int decoderDepth = blocks("decoder_blocks");
    boolean decoder = stored.containsKey("decoder_pred.weight");
    List<Long> predicted = shape("decoder_pred.weight");
    List<Long> head = shape("head.weight");
    return new RecognisedWeights(
        file.path(),
        kind(decoder, decoderDepth, !head.isEmpty()),
        torchvision ? Naming.TORCHVISION.title() : Naming.MAE.title(),
        prefix,
        stored,
        left(),
        Optional.of(encoder(depth)),
        decoderDepth > 0 && predicted.size() == 2 ? predicted.get(1) : 0,
        decoderDepth,
        predicted.isEmpty() ? 0 : predicted.get(0),
        head.isEmpty() ? 0 : head.get(0),
        decoder ? TargetPixels.of(file) : TargetPixels.UNKNOWN);
  }

  private Kind kind(boolean decoder, int decoderDepth, boolean head) {
    if (decoder) {
      return decoderDepth > 0 ? Kind.AUTOENCODER : Kind.SIMMIM;
    }
    if (!head) {
      return Kind.ENCODER;
    }
    return stored.containsKey("fc_norm.weight")
        ? Kind.CLASSIFIER_OF_MEAN
        : Kind.CLASSIFIER_OF_TOKEN;
  }

  private Encoder encoder(int depth) {
    List<Long> patches = shape("patch_embed.proj.weight");
    List<Long> positions = shape("pos_embed");
    boolean classToken = stored.containsKey("cls_token");
    List<Long> registers = shape("reg_token");
    int registerCount = registers.size() == 3 ? clamp(registers.get(1)) : 0;
    int prefixRows = 0;
    int edge = 0;
    if (positions.size() == 3) {
      int classRow = classToken ? 1 : 0;
      // A table may or may not have rows for the tokens before the patches: squares tell.
      for (int rows : new int[] {classRow + registerCount, classRow, 0}) {
        long places = positions.get(1) - rows;
        int root = (int) Math.round(Math.sqrt((double) Math.max(0, places)));
        if (places > 0 && (long) root * root == places) {
          prefixRows = rows;
          edge = root;
          break;
        }
      }
      prefixRows = edge == 0 ? classRow + registerCount : prefixRows;
    }
    return new Encoder(
        patches.get(0),
        depth,
        patches.get(2),
        patches.get(3),
        patches.get(1),
        edge,
        edge,
        prefixRows,
        registerCount,
        classToken);
  }

  private RecognisedWeights multiMae(String prefix) {
    String adapters = prefix + "input_adapters.";
    List<String> tasks =
        names.stream()
            .filter(name -> name.startsWith(adapters) && name.endsWith(".proj.weight"))
            .sorted()
            .toList();
    Set<String> known = new HashSet<>();
    for (String name : names) {
      if (name.startsWith(adapters)
          || name.startsWith(prefix + "output_adapters.")
          || name.startsWith(prefix + "encoder.")
          || name.equals(prefix + "global_tokens")) {
        known.add(name);
      }
    }
    // An adapter of colour images says most; class maps have embedded classes for channels.
    String first =
        tasks.stream()
            .filter(name -> name.equals(adapters + "rgb.proj.weight"))
            .findFirst()
            .orElse(tasks.get(0));
    List<Long> patches = file.find(first).map(TensorEntry::shape).orElseThrow();
    List<Long> table =
        file.find(first.replace("proj.weight", "pos_emb"))
            .map(TensorEntry::shape)
            .orElse(List.of());
    int depth = 0;
    while (file.find(prefix + "encoder." + depth + ".norm1.weight").isPresent()) {
      depth++;
    }
    Encoder encoder =
        new Encoder(
            patches.get(0),
            depth,
            patches.get(2),
            patches.get(3),
            patches.get(1),
            table.size() == 4 ? clamp(table.get(2)) : 0,
            table.size() == 4 ? clamp(table.get(3)) : 0,
            0,
            0,
            false);
    return new RecognisedWeights(
        file.path(),
        Kind.MULTIMAE,
        "MultiMAE ("
            + String.join(
                ", ",
                tasks.stream()
                    .map(name -> name.substring(adapters.length(), name.length() - 12))
                    .toList())
            + ")",
        prefix,
        Map.of(),
        names.stream().filter(name -> !known.contains(name)).toList(),
        Optional.of(encoder),
        0,
        0,
        0,
        0,
        TargetPixels.UNKNOWN);
  }

  private RecognisedWeights nothing(Kind kind) {
    return new RecognisedWeights(
        file.path(),
        kind,
        "",
        "",
        Map.of(),
        names,
        Optional.empty(),
        0,
        0,
        0,
        0,
        TargetPixels.UNKNOWN);
  }

  /** Takes the decoder nearest to the encoder: below the same prefix, or a shorter one. */
  private void decoder(String prefix) {
    for (String above = prefix; ; above = shortened(above)) {
      for (NameMap map : NameMaps.DECODERS) {
        if (holds(above, map)) {
          take(above, map);
          return;
        }
      }
      if (above.isEmpty()) {
        return;
      }
    }
  }

  private boolean holds(String prefix, NameMap map) {
    return map.theirs("decoder_pred.weight")
        .flatMap(name -> file.find(prefix + name))
        .filter(entry -> entry.shape().size() == 2)
        .isPresent();
  }

  /** A mask token of the encoder stands beside it, or, in Lightly's wrappers, one level up. */
  private void takeMaskToken(String prefix) {
    for (String place : List.of(prefix, prefix.endsWith("vit.") ? shortened(prefix) : prefix)) {
      if (file.find(place + "mask_token").isPresent()) {
        stored.putIfAbsent("mask_token", place + "mask_token");
      }
    }
  }

  private static String shortened(String prefix) {
    int dot = prefix.lastIndexOf('.', prefix.length() - 2);
    return prefix.substring(0, dot + 1);
  }

  private void take(String prefix, NameMap map) {
    for (String name : names) {
      if (name.startsWith(prefix)) {
        map.ours(name.substring(prefix.length())).ifPresent(ours -> stored.putIfAbsent(ours, name));
      }
    }
  }

  private List<String> left() {
    Set<String> taken = new HashSet<>(stored.values());
    List<String> left = new ArrayList<>(names);
    left.removeIf(taken::contains);
    return left;
  }

  private int blocks(String stack) {
    int count = 0;
    while (stored.containsKey(stack + "." + count + ".norm1.weight")) {
      count++;
    }
    return count;
  }

  private List<Long> shape(String ours) {
    return RecognisedWeights.shape(file, stored, ours).orElse(List.of());
  }

  private static int clamp(long length) {
    return (int) Math.min(length, Integer.MAX_VALUE);
  }
}
