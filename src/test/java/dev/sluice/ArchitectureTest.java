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

/** The walls of the house: dependencies point one way, and each outside library has one door. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] FEATURES = {"..cache..", "..ratelimit..", "..background.."};

  @ArchTest
  static final ArchRule packagesFormNoCircles =
      slices().matching("dev.sluice.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nobodyDependsOnTheService =
      noClasses()
          .that()
          .resideOutsideOfPackage("..service..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..service..");

  @ArchTest
  static final ArchRule featuresDoNotKnowEachOther =
      slices()
          .matching("dev.sluice.(cache|ratelimit|background)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule theGroundKnowsNoFeature =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..redis..", "..execution..", "..lifecycle..", "..config..", "..http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FEATURES);

  @ArchTest
  static final ArchRule onlyRedisClassesKnowJedis =
      noClasses()
          .that(
              DescribedPredicate.describe(
                  "are neither in redis nor a feature's Redis… or Far…",
                  (JavaClass type) ->
                      !type.getPackageName().equals("dev.sluice.redis")
                          && !type.getName().matches(".*\\.(Redis|Far)[^.]*")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("redis.clients..");

  @ArchTest
  static final ArchRule onlySettingsReadTheConfiguration =
      noClasses()
          .that()
          .resideOutsideOfPackage("..config..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.microprofile..");

  @ArchTest
  static final ArchRule noVendorTypes =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice..",
              "java..",
              "javax.net..",
              "jakarta..",
              "org.eclipse.microprofile.config..",
              "org.jspecify..",
              "redis.clients..",
              "org.apache.commons.pool2..",
              "com.github.benmanes.caffeine..",
              "dev.failsafe..");

  @ArchTest static final ArchRule noStandardStreams = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static final ArchRule noThreadsOfOurOwn =
      noClasses()
          .should()
          .callConstructor(Thread.class, Runnable.class)
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.concurrent.Executors");
}
