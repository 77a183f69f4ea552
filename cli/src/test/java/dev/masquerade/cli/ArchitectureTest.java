package dev.masquerade.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the arrows of docs/architecture.md. */
class ArchitectureTest {

  private static JavaClasses ours;

  @BeforeAll
  static void importClasses() {
    ours =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.masquerade");
  }

  @Test
  void modules_dependOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("proto")
        .definedBy("dev.masquerade.proto..")
        .layer("modalities")
        .definedBy("dev.masquerade.modality..")
        .layer("masking")
        .definedBy("dev.masquerade.masking..")
        .layer("data")
        .definedBy("dev.masquerade.data..")
        .layer("model")
        .definedBy("dev.masquerade.model..")
        .layer("train")
        .definedBy("dev.masquerade.train..")
        .layer("cli")
        .definedBy("dev.masquerade.cli..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("train")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("data")
        .mayOnlyBeAccessedByLayers("train", "cli")
        .whereLayer("model")
        .mayOnlyBeAccessedByLayers("train", "cli")
        .whereLayer("masking")
        .mayOnlyBeAccessedByLayers("data", "model", "train", "cli")
        .whereLayer("proto")
        .mayOnlyBeAccessedByLayers("data", "train", "cli")
        .check(ours);
  }

  @Test
  void tensors_areSeenByModelAndTrainOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.masquerade.model..", "dev.masquerade.train..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl.ndarray..", "ai.djl.pytorch..", "ai.djl.engine..")
        .check(ours);
  }

  @Test
  void nativeBridge_isUsedByTheEngineOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.masquerade.model.engine")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("ai.djl.pytorch.jni.ModuleMethods")
        .check(ours);
  }

  @Test
  void masking_touchesNoFiles() {
    noClasses()
        .that()
        .resideInAPackage("dev.masquerade.masking..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.nio..")
        .check(ours);
  }

  /** The model's packages share {@code ModelConfig} with the models that are composed of them. */
  @Test
  void packagesOutsideTheModel_haveNoCycles() {
    slices()
        .matching("dev.masquerade.(**)")
        .should()
        .beFreeOfCycles()
        .check(ours.that(resideOutsideOfPackage("dev.masquerade.model..")));
  }

  @Test
  void figures_readFilesAndNeverLiveObjects() {
    noClasses()
        .that()
        .resideInAPackage("dev.masquerade.cli.figure..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.masquerade.train..", "dev.masquerade.model..")
        .check(ours);
  }

  @Test
  void injectors_areBuiltAtTheCompositionRootOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.masquerade.cli")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("com.google.inject.Injector")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.ServiceLoader")
        .check(ours);
  }

  @Test
  void packages_areNamedForASubject() {
    classes()
        .should()
        .resideOutsideOfPackages("..util..", "..utils..", "..common..", "..helpers..", "..impl..")
        .check(ours);
  }

  @Test
  void training_knowsNothingOfTheCommandLine() {
    noClasses()
        .that()
        .resideInAPackage("dev.masquerade.train..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "java.awt..", "org.apache.spark..")
        .check(ours);
  }
}
