package dev.sluice.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Starts Payara Micro with the given arguments, then undeploys each application that a line of
 * standard input names.
 */
final class PayaraMicroConsole {

  private PayaraMicroConsole() {}

  public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
    Class<?> micro = Class.forName("fish.payara.micro.PayaraMicro");
    micro.getMethod("main", String[].class).invoke(null, (Object) arguments);
    Object runtime =
        micro.getMethod("getRuntime").invoke(micro.getMethod("getInstance").invoke(null));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String name = in.readLine(); name != null; name = in.readLine()) {
      Class<?> api =
          Class.forName(
              "fish.payara.micro.PayaraMicroRuntime", false, runtime.getClass().getClassLoader());
      api.getMethod("undeploy", String.class).invoke(runtime, name);
      System.out.println("undeployed " + name);
    }
  }
}
