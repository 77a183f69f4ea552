package dev.masquerade.cli;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.multibindings.MapBinder;
import dev.masquerade.data.pipeline.DataModule;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.train.TrainingRun;
import dev.masquerade.train.evaluate.Evaluator;
import dev.masquerade.train.reconstruct.ReconstructionEvaluator;
import java.util.List;

/** Everything the program is made of, in Guice's strict mode. */
final class ProgramModule extends AbstractModule {

  private final List<ModalityPlugin> plugins;

  ProgramModule(List<ModalityPlugin> plugins) {
    this.plugins = List.copyOf(plugins);
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    binder().requireAtInjectOnConstructors();
    binder().disableCircularProxies();

    MapBinder.newMapBinder(binder(), String.class, Modality.class);
    plugins.forEach(plugin -> install(plugin.module()));
    bind(ModalityCatalogue.class).in(Singleton.class);
    install(new DataModule());

    bind(DeviceOptions.class);
    bind(TokenizerFitting.class);
    bind(ManifestCommand.Check.class);
    bind(ManifestCommand.Show.class);
    bind(TokenizerCommand.FitText.class);
    bind(TokenizerCommand.FitPatches.class);
    bind(TokenizerTrainCommand.class);
    bind(TokenizerCheckCommand.class);
    bind(TokenizeCommand.class);
    bind(ImportCommand.Folder.class);
    bind(ImportCommand.Tars.class);
    bind(PretrainCommand.class);
    bind(MasksCommand.class);
    bind(EvaluateCommand.class);
    bind(GenerateCommand.class);
    bind(RetrieveCommand.class);
    bind(ImageArguments.class);
    bind(EmbedCommand.class);
    bind(ProbeCommand.class);
    bind(NeighboursCommand.class);
    bind(ReconstructCommand.class);
    bind(QuickstartCommand.class);
    bind(Quickstart.class);
    bind(TokensRecipe.class);
    bind(AutoencoderRecipe.class);
    bind(ReconstructionEvaluator.class);
    bind(TrainingRun.class);
    bind(Evaluator.class);
  }
}
