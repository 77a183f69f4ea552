package dev.masquerade.train.config;

import dev.masquerade.data.schema.MessageWriter;
import dev.masquerade.proto.run.v1.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Writes a run's configuration with nothing left out, so that reading it gives the same run. */
public final class RunConfigWriter {

  private RunConfigWriter() {}

  /** Returns the configuration as text format. */
  public static String text(RunConfig config) {
    return MessageWriter.text(RunMessages.of(config));
  }

  /**
   * Writes the configuration whole or not at all.
   *
   * @param file with the extension of text format, JSON or binary; its directory exists
   * @throws IOException if it could not be written; a file that was there before stays
   */
  public static void write(Path file, RunConfig config) throws IOException {
    MessageWriter.write(file, RunMessages.of(config));
  }

  /**
   * Returns the SHA-256, in hexadecimal, of what decides numbers: the effective configuration
   * without name, output, evaluation and device, without how often things are logged and kept,
   * without threads and limits on damage, and with data sets by name instead of by path.
   */
  public static String digest(RunConfig config) {
    Run.Builder message = RunMessages.of(config).toBuilder();
    message.clearName().clearOutput().clearEvaluation();
    message.getTrainBuilder().clearLogEvery().clearCheckpointEvery().clearKeepCheckpoints();
    message.getTrainBuilder().clearMaxSkippedSteps().clearDevice();
    message.getDataBuilder().clearWorkers().clearPrefetchBatches().clearMaxBadSamples();
    message.getDataBuilder().clearVerifySha256().clearValidation();
    for (int i = 0; i < config.data().sources().size(); i++) {
      String dataset = config.data().sources().get(i).manifest().name();
      message.getDataBuilder().getSourcesBuilder(i).setManifest(dataset);
    }
    message.getModelBuilder().setInitialWeights(fileName(message.getModel().getInitialWeights()));
    message.getModelBuilder().clearPreset();
    message
        .getModalitiesBuilderList()
        .forEach(modality -> modality.setTokenizer(fileName(modality.getTokenizer())));
    try {
      byte[] text = MessageWriter.text(message.build()).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String fileName(String path) {
    return path.isEmpty() ? "" : String.valueOf(Path.of(path).getFileName());
  }
}
