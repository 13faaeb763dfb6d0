package dev.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The dependency rules: they point one way, and each library is used from one place. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] FEATURES = {"..cache..", "..ratelimit..", "..background.."};

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices().matching("dev.sluice.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTheServiceDependsOnTheService =
      noClasses()
          .that()
          .resideOutsideOfPackage("..service..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..service..");

  @ArchTest
  static final ArchRule featuresAreIndependentOfEachOther =
      slices()
          .matching("dev.sluice.(cache|ratelimit|background)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule sharedPackagesDependOnNoFeature =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..redis..", "..execution..", "..lifecycle..", "..config..", "..http..", "..json..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FEATURES);

  @ArchTest
  static final ArchRule cacheStoreUsesNeitherHttpNorCdi =
      noClasses()
          .that()
          .resideInAPackage("..cache.store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta..", "dev.sluice.http..", "dev.sluice.cache");

  @ArchTest
  static final ArchRule onlyRedisClassesUseJedis =
      noClasses()
          .that(
              DescribedPredicate.describe(
                  "are neither in redis nor named Redis…",
                  (JavaClass type) ->
                      !type.getPackageName().equals("dev.sluice.redis")
                          && !type.getName().matches(".*\\.Redis[^.]*")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("redis.clients..");

  @ArchTest
  static final ArchRule onlyConfigReadsMicroProfileConfig =
      noClasses()
          .that()
          .resideOutsideOfPackage("..config..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.microprofile.config..");

  @ArchTest
  static final ArchRule noFeatureKnowsOperations =
      noClasses()
          .that()
          .resideOutsideOfPackages("..ops..", "..service..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..ops..");

  @ArchTest
  static final ArchRule onlyOperationsUseTheApisOfOperations =
      noClasses()
          .that()
          .resideOutsideOfPackages("..ops..", "..service..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.eclipse.microprofile.health..", "io.micrometer..", "io.opentelemetry..");

  @ArchTest
  static final ArchRule theLibraryNeedsNoEjbContainer =
      noClasses()
          .that()
          .doNotHaveSimpleName("SluiceLifecycle")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jakarta.ejb..");

  @ArchTest
  static final ArchRule noVendorTypes =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice..",
              "java..",
              "javax.net..",
              "javax.naming..",
              "jakarta..",
              "org.eclipse.microprofile.config..",
              "org.eclipse.microprofile.health..",
              "io.micrometer..",
              "io.opentelemetry..",
              "org.jspecify..",
              "redis.clients..",
              "org.apache.commons.pool2..",
              "com.github.benmanes.caffeine..",
              "dev.failsafe..",
              "com.cronutils..");

  @ArchTest static final ArchRule noStandardStreams = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static final ArchRule noThreadsOutsideTheContainer =
      noClasses()
          .should()
          .callConstructor(Thread.class, Runnable.class)
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.concurrent.Executors");
}
