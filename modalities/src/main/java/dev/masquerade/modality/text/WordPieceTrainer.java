package dev.masquerade.modality.text;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/*
 * Pieces are found as by byte-pair encoding [1], which is also how the trainer of Hugging Face finds
 * them: each word starts as single characters, all but the first marked "##"; again and again the
 * most frequent pair of neighbours becomes one piece. Ties go to the pair whose pieces are older, so
 * the result depends on the counts of words alone, not on the order of texts.
 *
 * The queue holds counts that may be out of date. One that comes up is compared with the count of
 * today and, where it differs, put back.
 *
 * [1] https://arxiv.org/abs/1508.07909
 */
/**
 * Makes a WordPiece vocabulary from texts and writes it as a Hugging Face {@code tokenizer.json}.
 * Not safe for use by several threads.
 */
public final class WordPieceTrainer {

  private static final String CONTINUES = "##";

  /** Characters beyond the most frequent ones become unknown. */
  private static final int LARGEST_ALPHABET = 1_000;

  private final WordPieceSettings settings;
  private final TreeMap<String, Integer> counts = new TreeMap<>();

  /** Creates a trainer that has seen nothing yet. */
  public WordPieceTrainer(WordPieceSettings settings) {
    this.settings = settings;
  }

  /** Counts the words of a text. */
  public void add(String text) {
    for (String word : WordSplitter.words(text)) {
      counts.merge(word, 1, Integer::sum);
    }
  }

  /** Returns the number of different words seen. */
  public int words() {
    return counts.size();
  }

  /** Makes the vocabulary and returns it as the content of a {@code tokenizer.json}. */
  public String train() {
    Pieces pieces = new Pieces();
    List<Map<String, Object>> added = new ArrayList<>();
    for (String token :
        List.of(TextTokenizer.PAD, TextTokenizer.UNKNOWN, TextTokenizer.START, TextTokenizer.END)) {
      added.add(added(pieces.id(token), token, false, true, false));
    }
    for (int k = 0; k < settings.sentinelCount(); k++) {
      String token = TextTokenizer.sentinel(k);
      added.add(added(pieces.id(token), token, true, true, false));
    }
    for (int number = 0; number < 4; number++) {
      for (int bin = 0; bin < settings.numberBins(); bin++) {
        String token = "v" + number + "=" + bin;
        added.add(added(pieces.id(token), token, true, false, false));
      }
    }
    for (String word : settings.words()) {
      added.add(added(pieces.id(word), word, true, false, true));
    }
    merge(pieces);
    return json(pieces, added);
  }

  /**
   * Makes the vocabulary and writes it, replacing a file that is there only once it is complete.
   */
  public void write(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(unfinished, train(), StandardCharsets.UTF_8);
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Tokens in order of their ids. */
  private static final class Pieces {
    final List<String> texts = new ArrayList<>();
    final Map<String, Integer> ids = new HashMap<>();

    int id(String text) {
      Integer known = ids.get(text);
      if (known != null) {
        return known;
      }
      ids.put(text, texts.size());
      texts.add(text);
      return texts.size() - 1;
    }
  }

  /** A word as pieces, which grow fewer as pairs are merged. */
  private static final class Word {
    final int[] pieces;
    final int count;
    int length;

    Word(int[] pieces, int count) {
      this.pieces = pieces;
      this.count = count;
      this.length = pieces.length;
    }
  }

  private record Pair(int left, int right) {}

  private record Candidate(Pair pair, long count) {}

  private static final Comparator<Candidate> MOST_FREQUENT =
      Comparator.comparingLong(Candidate::count)
          .reversed()
          .thenComparingInt(candidate -> candidate.pair().left())
          .thenComparingInt(candidate -> candidate.pair().right());

  private void merge(Pieces pieces) {
    List<Word> words = spell(pieces);
    Map<Pair, Long> pairCounts = new HashMap<>();
    Map<Pair, List<Word>> places = new HashMap<>();
    for (Word word : words) {
      for (int i = 0; i + 1 < word.length; i++) {
        Pair pair = new Pair(word.pieces[i], word.pieces[i + 1]);
        pairCounts.merge(pair, (long) word.count, Long::sum);
        remember(places, pair, word);
      }
    }
    PriorityQueue<Candidate> queue = new PriorityQueue<>(MOST_FREQUENT);
    pairCounts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
    while (pieces.texts.size() < settings.vocabularySize()) {
      Candidate best = queue.poll();
      if (best == null || best.count() < Math.max(1, settings.leastCount())) {
        break;
      }
      long now = pairCounts.getOrDefault(best.pair(), 0L);
      if (now != best.count()) {
        if (now > 0) {
          queue.add(new Candidate(best.pair(), now));
        }
        continue;
      }
      String right = pieces.texts.get(best.pair().right());
      int merged =
          pieces.id(pieces.texts.get(best.pair().left()) + right.substring(CONTINUES.length()));
      List<Word> where = places.remove(best.pair());
      Map<Pair, Long> changes = new HashMap<>();
      for (Word word : where == null ? List.<Word>of() : where) {
        replace(word, best.pair(), merged, changes, places);
      }
      pairCounts.remove(best.pair());
      changes.remove(best.pair());
      changes.forEach(
          (pair, change) -> {
            long count = pairCounts.merge(pair, change, Long::sum);
            if (change > 0) {
              queue.add(new Candidate(pair, count));
            }
          });
    }
  }

  /**
   * Spells every word in single characters, leaving out words with characters that are too rare.
   */
  private List<Word> spell(Pieces pieces) {
    Map<Integer, Long> alphabet = new TreeMap<>();
    counts.forEach(
        (word, count) ->
            word.codePoints().forEach(point -> alphabet.merge(point, (long) count, Long::sum)));
    List<Integer> kept = new ArrayList<>(alphabet.keySet());
    kept.sort(Comparator.<Integer>comparingLong(point -> -alphabet.getOrDefault(point, 0L)));
    kept = kept.subList(0, Math.min(kept.size(), LARGEST_ALPHABET));
    kept.sort(Comparator.naturalOrder());
    TreeMap<String, Boolean> letters = new TreeMap<>();
    List<int[]> spelled = new ArrayList<>();
    List<Integer> spelledCounts = new ArrayList<>();
    java.util.Set<Integer> known = new java.util.HashSet<>(kept);
    counts.forEach(
        (word, count) -> {
          int[] points = word.codePoints().toArray();
          if (Arrays.stream(points).allMatch(known::contains)) {
            spelled.add(points);
            spelledCounts.add(count);
            for (int i = 0; i < points.length; i++) {
              letters.put((i == 0 ? "" : CONTINUES) + Character.toString(points[i]), true);
            }
          }
        });
    for (String letter : letters.keySet()) {
      if (pieces.texts.size() < settings.vocabularySize()) {
        pieces.id(letter);
      }
    }
    List<Word> words = new ArrayList<>();
    for (int w = 0; w < spelled.size(); w++) {
      int[] points = spelled.get(w);
      int[] ids = new int[points.length];
      boolean complete = true;
      for (int i = 0; i < points.length; i++) {
        Integer id = pieces.ids.get((i == 0 ? "" : CONTINUES) + Character.toString(points[i]));
        complete &= id != null;
        ids[i] = id == null ? -1 : id;
      }
      if (complete) {
        words.add(new Word(ids, spelledCounts.get(w)));
      }
    }
    return words;
  }

  private static void remember(Map<Pair, List<Word>> places, Pair pair, Word word) {
    List<Word> list = places.computeIfAbsent(pair, unused -> new ArrayList<>());
    if (list.isEmpty() || list.get(list.size() - 1) != word) {
      list.add(word);
    }
  }

  private static void replace(
      Word word, Pair pair, int merged, Map<Pair, Long> changes, Map<Pair, List<Word>> places) {
    int[] pieces = word.pieces;
    for (int i = 0; i + 1 < word.length; i++) {
      if (pieces[i] != pair.left() || pieces[i + 1] != pair.right()) {
        continue;
      }
      if (i > 0) {
        changes.merge(new Pair(pieces[i - 1], pair.left()), (long) -word.count, Long::sum);
        Pair next = new Pair(pieces[i - 1], merged);
        changes.merge(next, (long) word.count, Long::sum);
        remember(places, next, word);
      }
      if (i + 2 < word.length) {
        changes.merge(new Pair(pair.right(), pieces[i + 2]), (long) -word.count, Long::sum);
        Pair next = new Pair(merged, pieces[i + 2]);
        changes.merge(next, (long) word.count, Long::sum);
        remember(places, next, word);
      }
      pieces[i] = merged;
      System.arraycopy(pieces, i + 2, pieces, i + 1, word.length - i - 2);
      word.length--;
    }
  }

  private static Map<String, Object> added(
      int id, String token, boolean singleWord, boolean special, boolean normalised) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("id", id);
    entry.put("content", token);
    entry.put("single_word", singleWord);
    entry.put("lstrip", false);
    entry.put("rstrip", false);
    entry.put("normalized", normalised);
    entry.put("special", special);
    return entry;
  }

  private static String json(Pieces pieces, List<Map<String, Object>> added) {
    Map<String, Object> normaliser = new LinkedHashMap<>();
    normaliser.put("type", "BertNormalizer");
    normaliser.put("clean_text", true);
    normaliser.put("handle_chinese_chars", true);
    normaliser.put("strip_accents", null);
    normaliser.put("lowercase", true);
    Map<String, Object> decoder = new LinkedHashMap<>();
    decoder.put("type", "WordPiece");
    decoder.put("prefix", CONTINUES);
    decoder.put("cleanup", true);
    Map<String, Object> vocabulary = new LinkedHashMap<>();
    for (int id = 0; id < pieces.texts.size(); id++) {
      vocabulary.put(pieces.texts.get(id), id);
    }
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "WordPiece");
    model.put("unk_token", TextTokenizer.UNKNOWN);
    model.put("continuing_subword_prefix", CONTINUES);
    model.put("max_input_chars_per_word", 100);
    model.put("vocab", vocabulary);
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", "1.0");
    root.put("truncation", null);
    root.put("padding", null);
    root.put("added_tokens", added);
    root.put("normalizer", normaliser);
    root.put("pre_tokenizer", Map.of("type", "BertPreTokenizer"));
    root.put("post_processor", null);
    root.put("decoder", decoder);
    root.put("model", model);
    Gson gson =
        new GsonBuilder().serializeNulls().disableHtmlEscaping().setPrettyPrinting().create();
    return gson.toJson(root);
  }
}
