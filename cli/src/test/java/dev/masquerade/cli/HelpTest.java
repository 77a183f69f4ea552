package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the program says of itself. */
class HelpTest {

  /** Returns every command that does something itself, as words of a command line. */
  static Stream<List<String>> commands() {
    List<List<String>> found = new ArrayList<>();
    collect(List.of(), Masquerade.class, found);
    return found.stream();
  }

  private static void collect(List<String> path, Class<?> command, List<List<String>> into) {
    CommandLine.Command declared = command.getAnnotation(CommandLine.Command.class);
    if (declared.subcommands().length == 0) {
      into.add(path);
    }
    for (Class<?> sub : declared.subcommands()) {
      if (sub.getName().startsWith("dev.masquerade.")) {
        List<String> longer = new ArrayList<>(path);
        longer.add(sub.getAnnotation(CommandLine.Command.class).name());
        collect(List.copyOf(longer), sub, into);
      }
    }
  }

  @Test
  void everyCommandOfTheProgram_isFound() {
    assertThat(commands().map(words -> String.join(" ", words)))
        .contains("quickstart", "tokenizer fit text", "engine check", "import tars")
        .hasSizeGreaterThanOrEqualTo(14);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_hasAnExample(List<String> words) {
    List<Object> line = new ArrayList<>(words);
    line.add("--help");

    Console.Outcome outcome = Console.run(line.toArray());

    assertThat(outcome.out())
        .contains("Usage: masquerade " + String.join(" ", words))
        .contains("masquerade " + String.join(" ", words))
        .containsPattern("(?m)^ +(?:.* \\\\\n.*)?masquerade " + String.join(" ", words));
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void examples_keepTheirLines(List<String> words) {
    List<Object> line = new ArrayList<>(words);
    line.add("--help");

    List<String> shown = Console.run(line.toArray()).out().lines().toList();

    assertThat(examples(words)).isNotEmpty().allMatch(shown::contains);
  }

  /** Returns the lines of a command's examples as its declaration has them. */
  private static List<String> examples(List<String> words) {
    Class<?> command = Masquerade.class;
    for (String word : words) {
      command =
          Stream.of(command.getAnnotation(CommandLine.Command.class).subcommands())
              .filter(sub -> sub.getName().startsWith("dev.masquerade."))
              .filter(sub -> sub.getAnnotation(CommandLine.Command.class).name().equals(word))
              .findFirst()
              .orElseThrow();
    }
    return Stream.of(command.getAnnotation(CommandLine.Command.class).description())
        .filter(text -> text.startsWith("  "))
        .toList();
  }

  @Test
  void completion_isAScriptThatKnowsTheCommands() {
    Console.Outcome outcome = Console.run("generate-completion");

    assertThat(outcome.out())
        .startsWith("#!/usr/bin/env bash")
        .contains("complete -F", "pretrain", "tokenize", "--resume");
    assertThat(outcome.code()).isZero();
  }

  @Test
  void unknownCommandOrOption_bringsTheNearestOne() {
    Console.Outcome command = Console.run("pretran");
    Console.Outcome option = Console.run("pretrain", "run.textproto", "--resum");

    assertThat(command.message()).startsWith("Unmatched argument at index 0: 'pretran'");
    assertThat(command.message()).contains("Did you mean: masquerade pretrain");
    assertThat(option.message())
        .startsWith("Unknown option: '--resum'\nPossible solutions: --resume");
    assertThat(List.of(command.code(), option.code()))
        .containsOnly(FailureReport.MISTAKE, FailureReport.MISTAKE);
  }

  @Test
  void mistakesOfUsage_areOneMessageAndWhereHelpIs() {
    Console.Outcome missing = Console.run("embed", "--model", "m", "--out", "e.npy");
    Console.Outcome unknown = Console.run("plot", "--embedings", "e.npy");

    assertThat(missing.message())
        .isEqualTo("Missing required option: '--data=MANIFEST|DIR'\nsee: masquerade embed --help");
    assertThat(unknown.message())
        .startsWith("Unknown option: '--embedings'\nPossible solutions: --embeddings")
        .endsWith("see: masquerade plot --help");
    assertThat(List.of(missing.code(), unknown.code())).containsOnly(FailureReport.MISTAKE);
  }

  @Test
  void noCommand_isTheUsersMistake() {
    Console.Outcome outcome = Console.run();

    assertThat(outcome.message()).startsWith("Name a command. See masquerade --help.");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }
}
