package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.TestSettings;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvictionValidatorTest {

  private static List<String> problems(Class<?> bean) {
    CacheValidator checks =
        new CacheValidator(
            new CacheSettings(TestSettings.of(Map.of())),
            type -> false,
            List.of(bean),
            new Locators());
    checks.declarations(bean);
    new EvictionValidator(checks, type -> false).check(bean);
    return checks.problems().all();
  }

  static class Provider implements CacheKeyProvider {
    @Override
    public List<?> key(Method method, List<?> arguments) {
      return arguments;
    }
  }

  static class Provided {
    @Cached(expire = 30, name = "provided", key = Provider.class)
    public String read(long id) {
      return "";
    }

    @CacheEvict(cache = "provided")
    public void evictByArguments(long id) {}

    @CacheEvict(cache = "provided", key = Provider.class)
    public void evictByProvider(long id) {}

    @CacheEvict(cache = "provided", all = true)
    public void evictAll() {}
  }

  @Test
  void stopsTheDeploymentWhereArgumentsAreToEvictWhatAProviderHasTheKeyOf() {
    assertThat(problems(Provided.class))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains(
                        "@CacheEvict on Provided.evictByArguments: cache \"provided\" has the key"
                            + " provider Provider"))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains(
                        "@CacheEvict on Provided.evictByProvider: Provider is not a CDI bean"))
        .noneMatch(problem -> problem.contains("evictAll"));
  }

  @Path("/")
  static class Setter {
    @QueryParam("q")
    public void setQ(String q) {}

    @Cached(expire = 30, name = "texts")
    public String read(List<String> texts) {
      return "";
    }

    @DELETE
    @CacheEvict(cache = "texts")
    public void evict() {}
  }

  @Test
  void stopsTheDeploymentWhereTheKeyIsAnInputThatIsReadFromTheRequest() {
    assertThat(problems(Setter.class))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("@CacheEvict on Setter.evict: an input that is set by a setter"));
  }
}
