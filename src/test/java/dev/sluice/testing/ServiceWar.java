package dev.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The WAR that the build made, with settings and classes of a test added. */
public final class ServiceWar {

  private static final String CONFIG = "/WEB-INF/classes/META-INF/microprofile-config.properties";

  private ServiceWar() {}

  /**
   * Returns the WAR with these settings, by their full names ({@code sluice.…}), and further
   * classes.
   */
  public static WebArchive with(Map<String, String> settings, Class<?>... classes) {
    WebArchive war =
        ShrinkWrap.createFromZipFile(
            WebArchive.class, new File(System.getProperty("test.war", "target/sluice.war")));
    Properties all = new Properties();
    try (InputStream in = war.get(CONFIG).getAsset().openStream()) {
      all.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    all.putAll(settings);
    war.delete(CONFIG);
    war.add(new StringAsset(text(all)), CONFIG);
    war.addClasses(classes);
    return renamed(war);
  }

  /** Returns an archive with a name of its own: Liberty and WildFly refuse two of one name. */
  private static WebArchive renamed(Archive<?> war) {
    return ShrinkWrap.create(WebArchive.class, "sluice.war").merge(war);
  }

  private static String text(Properties properties) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      properties.store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }
}
