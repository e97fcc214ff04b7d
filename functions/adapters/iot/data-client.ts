/** The broker's data plane. Where every service has one endpoint (`AWS_ENDPOINT_URL`), the SDK finds it by itself. */
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';

/** @param endpoint host of the account's own data endpoint */
export const createIotDataClient = (endpoint: string | undefined): IoTDataPlaneClient =>
  new IoTDataPlaneClient(endpoint === undefined ? {} : { endpoint: `https://${endpoint}` });
