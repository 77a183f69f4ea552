package dev.masquerade.cli;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Entry point and composition root: finds plugins, builds the injector, runs one command. */
@Command(
    name = "masquerade",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = BuildVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Multimodal masked pre-training for the JVM.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:something failed; the message says what",
      "2:the command line, a configuration or a data set is wrong; the message says where",
      "130:stopped by Ctrl-C; the message says what stands and how to go on"
    },
    footer = {
      "",
      "Start with:  masquerade quickstart",
      "Completion:  source <(masquerade generate-completion)"
    },
    subcommands = {
      QuickstartCommand.class,
      ScenesCommand.class,
      ManifestCommand.class,
      ImportCommand.class,
      TokenizerCommand.class,
      TokenizeCommand.class,
      MasksCommand.class,
      PretrainCommand.class,
      EvaluateCommand.class,
      GenerateCommand.class,
      RetrieveCommand.class,
      EmbedCommand.class,
      ProbeCommand.class,
      NeighboursCommand.class,
      PlotCommand.class,
      ReconstructCommand.class,
      CheckpointCommand.class,
      EngineCommand.class,
      AutoComplete.GenerateCompletion.class,
      CommandLine.HelpCommand.class
    })
public final class Masquerade implements Runnable {

  @Spec private CommandSpec spec;

  @CommandLine.Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log in detail, and print the stack trace of a failure.")
  private boolean verbose;

  /** Runs a command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /**
   * Runs a command.
   *
   * @param arguments as on the command line
   * @return the exit code: 0 done, 1 failed, 2 the user's mistake
   */
  static int run(String... arguments) {
    Logging.configure(java.util.List.of(arguments).contains("--verbose"));
    Injector injector;
    try {
      injector = Guice.createInjector(Stage.PRODUCTION, new ProgramModule(Plugins.find()));
    } catch (RuntimeException e) {
      System.err.println(
          "masquerade: the program and its plugins do not fit together: " + e.getMessage());
      return 1;
    }
    CommandLine line = new CommandLine(Masquerade.class, new InjectorFactory(injector));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setAbbreviatedOptionsAllowed(false);
    line.setExecutionExceptionHandler(new FailureReport());
    line.setParameterExceptionHandler(new UsageReport());
    return line.execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command. See masquerade --help.");
  }
}
