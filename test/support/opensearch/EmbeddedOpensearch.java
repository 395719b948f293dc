import java.nio.file.Path;
import java.util.List;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.http.HttpInfo;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.transport.Netty4Plugin;

/** One node of OpenSearch on a free port of 127.0.0.1, in the folder given, until its standard input ends. */
class EmbeddedOpensearch {
  static final class PluginNode extends Node {
    PluginNode(Settings settings) {
      super(new Environment(settings, null), List.of(Netty4Plugin.class, PainlessPlugin.class), false);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Node node = new PluginNode(Settings.builder()
        .put("path.home", Path.of(arguments[0]).toString())
        .put("node.name", "test")
        .put("cluster.name", "test")
        .put("discovery.type", "single-node")
        .put("network.host", "127.0.0.1")
        .put("http.port", "0")
        .put("transport.port", "0")
        .put("http.type", "netty4")
        .put("transport.type", "netty4")
        .put("cluster.routing.allocation.disk.threshold_enabled", false)
        .build());
    node.start();
    var info = node.client().admin().cluster().prepareNodesInfo("_local").clear().addMetric("http").get();
    var address = info.getNodes().get(0).getInfo(HttpInfo.class).getAddress().publishAddress();
    System.out.println("listening " + address.getAddress() + ":" + address.getPort());
    while (System.in.read() >= 0) {}
    node.close();
    System.exit(0);
  }
}
